export * from './acts.ts';
export * from './hold-acts.ts';
