export * from './acts.ts';
export * from './preview.ts';
export * from './record.ts';
export * from './table.ts';
export * from './view.ts';
