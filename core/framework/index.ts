export * from './acts.ts';
export * from './catalog.ts';
export * from './catalogues.ts';
export * from './own.ts';
export * from './record.ts';
