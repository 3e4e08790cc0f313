/** Why the database cannot be used: each is for a person to settle, none is a fault of the program. */
export type DatabaseRefusalCode =
  | 'database.no-account'
  | 'database.no-binaries'
  | 'database.other-account'
  | 'database.other-version'
  | 'database.no-answer'
  | 'database.restarting'
  | 'database.restoring'
  | 'database.newer'
  | 'database.role-missing'
  | 'database.role-too-strong'
  | 'migration.changed'
  | 'migration.missing'
  | 'migration.misnamed'
  | 'migration.split';

/** Thrown instead of an error where a sentence tells the operator what to do. `database.restarting` passes by itself: answer 503. */
export class DatabaseRefusal extends Error {
  override readonly name = 'DatabaseRefusal';
  readonly code: DatabaseRefusalCode;

  constructor(code: DatabaseRefusalCode, sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The SQLSTATE or system error code of anything thrown, else the empty string. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
