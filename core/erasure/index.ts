export * from './hold.ts';
export * from './record.ts';
