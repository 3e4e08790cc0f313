export * from './acts.ts';
export * from './invitation.ts';
export * from './record.ts';
export * from './responsible.ts';
export * from './sign-in.ts';
export * from './staff.ts';
