export * from './document.ts';
export * from './items.ts';
export * from './load.ts';
export * from './load-mappings.ts';
export * from './mappings.ts';
export * from './oscal/index.ts';
export * from './rows.ts';
export * from './whole.ts';
