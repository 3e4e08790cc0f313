export * from './acts.ts';
export * from './invitation.ts';
export * from './record.ts';
export * from './sign-in.ts';
