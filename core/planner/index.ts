export * from './acts.ts';
export * from './answers.ts';
export * from './contradictions.ts';
export * from './prefill.ts';
export * from './record.ts';
export * from './result.ts';
export * from './view.ts';
