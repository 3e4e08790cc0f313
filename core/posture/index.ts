export * from './history.ts';
export * from './overview.ts';
export * from './tree.ts';
