export * from './begin.ts';
export * from './change.ts';
export * from './commitment.ts';
export * from './list.ts';
export * from './page.ts';
export * from './proposals.ts';
export * from './scope.ts';
