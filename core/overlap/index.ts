export * from './items.ts';
export * from './refusals.ts';
export * from './view.ts';
