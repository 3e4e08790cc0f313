export * from './decided.ts';
export * from './record.ts';
export * from './refusals.ts';
export * from './view.ts';
