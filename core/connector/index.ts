export * from './acts.ts';
export * from './record.ts';
export * from './schedule.ts';
export * from './schedules.ts';
