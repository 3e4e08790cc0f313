export * from './items.ts';
export * from './refusals.ts';
export * from './view.ts';
export * from './gap.ts';
