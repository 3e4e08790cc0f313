export * from './chain.ts';
export * from './edge.ts';
export * from './edges.ts';
export * from './record.ts';
export * from './relation.ts';
export * from './search.ts';
export * from './share.ts';
export * from './shipped.ts';
