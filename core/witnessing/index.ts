export * from './acts.ts';
export * from './carried.ts';
export * from './feeds.ts';
export * from './page.ts';
export * from './public.ts';
export * from './record.ts';
