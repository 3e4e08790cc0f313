export * from './audit-days.ts';
export * from './cycle.ts';
