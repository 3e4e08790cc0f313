export * from './acts.ts';
export * from './hold-acts.ts';
export * from './page.ts';
export * from './preview.ts';
