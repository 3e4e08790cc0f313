export * from './acts.ts';
export * from './compare.ts';
export * from './list.ts';
export * from './record.ts';
