export * from './items.ts';
export * from './model.ts';
export * from './resolve.ts';
export * from './select.ts';
export * from './write.ts';
