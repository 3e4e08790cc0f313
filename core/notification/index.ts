export * from './record.ts';
export * from './reminders.ts';
