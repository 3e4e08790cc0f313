import { refuse } from '@countersign/core/kernel/index.ts';
import { canonicalBytes, saltedDigest, toHex } from '@countersign/ledger/index.ts';
import { z } from 'zod';
import type { ActAnswer } from '../runtime.ts';

/** What is asked with an Idempotency-Key. `input` is as the act's schema parsed it. */
export interface Asked {
  readonly act: string;
  readonly actor: string;
  readonly input: unknown;
}

/** What was done with that key before: the answer, and the entry's statement, which says who asked for what. */
export interface Done {
  readonly answer: ActAnswer;
  readonly statement: Uint8Array;
  /** Absent where it was erased: then the statement's digest of the input says nothing any more. */
  readonly inputSalt: Uint8Array | null;
}

/** Of the statement of an act, as `sealAct` wrote it. */
const Said = z.object({ predicate: z.object({ act: z.string(), actor: z.string(), inputDigest: z.string() }) });

/** A key stands for one act of one actor with one input: who repeats something else with it must not take the first answer for theirs. */
export function refuseUnlessSame(asked: Asked, { statement, inputSalt }: Done): void {
  const { predicate } = Said.parse(JSON.parse(Buffer.from(statement).toString('utf8')));
  const isSame =
    predicate.act === asked.act &&
    predicate.actor === asked.actor &&
    (inputSalt === null || predicate.inputDigest === toHex(saltedDigest(inputSalt, canonicalBytes(asked.input))));
  if (!isSame) throw refuse('key-reused', {});
}
