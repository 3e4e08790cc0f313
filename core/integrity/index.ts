export * from './acts.ts';
export * from './codes.ts';
export * from './record.ts';
export * from './view.ts';
