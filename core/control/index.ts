export * from './acts.ts';
export * from './design.ts';
export * from './exception.ts';
export * from './cells.ts';
export * from './import.ts';
export * from './performance.ts';
export * from './running.ts';
export * from './record.ts';
