export * from './begin.ts';
