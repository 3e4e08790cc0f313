export * from './can.ts';
export * from './grant.ts';
export * from './sight.ts';
export * from './view.ts';
