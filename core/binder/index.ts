export * from './acts.ts';
export * from './record.ts';
