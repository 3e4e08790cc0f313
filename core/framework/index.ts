export * from './catalog.ts';
export * from './record.ts';
