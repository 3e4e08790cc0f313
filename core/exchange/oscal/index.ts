export * from './imports.ts';
export * from './items.ts';
export * from './model.ts';
export * from './resolve.ts';
export * from './select.ts';
export * from './source.ts';
export * from './write.ts';
