export * from './acts.ts';
export * from './items.ts';
export * from './record.ts';
