export * from './check-page.ts';
export * from './checks-list.ts';
export * from './control-answer.ts';
export * from './control-page.ts';
export * from './controls-list.ts';
export * from './coverage.ts';
export * from './moved.ts';
export * from './strip.ts';
