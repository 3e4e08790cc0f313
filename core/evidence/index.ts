export * from './acts.ts';
export * from './media.ts';
export * from './record.ts';
