import { LedgerFault, type FaultCode } from './fault.ts';

/** What the verifier may find, besides what parsing refuses. Stable, like `FaultCode`. */
export const FINDINGS = [
  'file.missing',
  'file.too-long',
  'file.stray',
  'file.not-plain',
  'key.untrusted',
  'tile.mismatch',
  'checkpoint.root',
  'checkpoint.retired-key',
  'entry.untrusted',
  'entry.retired-key',
  'entry.signature',
  'time.malformed',
  'time.backwards',
  'payload.order',
  'payload.missing',
  'payload.digest',
  'payload.reference',
  'payload.root',
  'payload.count',
  'payload.unbound-file',
  'payload.removed',
  'old.other-log',
  'old.other-key',
  'old.longer',
  'old.forked',
  'old.no-tree',
  'seen.forked',
  'seen.unproven',
  'bag.version',
  'bag.missing',
  'bag.unlisted',
  'bag.digest',
  'bag.oxum',
  'seal.differs',
  'binder.log',
  'files.unbound',
  'record.unshown',
  'redaction.differs',
  'proof.forked',
  'proof.unbound',
  'path.unknown',
  'failures.more',
] as const;
export type FindingCode = (typeof FINDINGS)[number] | FaultCode;

export interface Failure {
  /** File in the export; `OLD/…` in the older one. */
  readonly path: string;
  readonly code: FindingCode;
  /** A sentence for people. */
  readonly message: string;
}

const MOST_FAILURES = 1000;

/** Collects failures; hostile input may hold millions, so the list ends with `failures.more`. */
export class Findings {
  readonly failures: Failure[] = [];

  add(path: string, code: FindingCode, message: string): void {
    if (this.failures.length < MOST_FAILURES) this.failures.push({ path, code, message });
    else if (this.failures.length === MOST_FAILURES)
      this.failures.push({ path: '.', code: 'failures.more', message: 'There are more failures than are listed.' });
  }

  /** Runs a step; a LedgerFault in it becomes a failure of `path` and the answer undefined. */
  async attempt<T>(path: string, step: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      this.catch(path, error);
      return undefined;
    }
  }

  /** A LedgerFault or a failure to read becomes a finding; anything else is a fault of ours and is thrown on. */
  catch(path: string, error: unknown): void {
    if (error instanceof LedgerFault) this.add(path, error.code, error.message);
    else if (error instanceof Error && 'syscall' in error)
      this.add(path, 'file.unreadable', 'The file or folder cannot be read.');
    else throw error;
  }
}
