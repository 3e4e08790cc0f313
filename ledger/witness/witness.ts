import type { VerifierKey } from '../key.ts';
import { printLines, type Cosigner } from './cosignature.ts';
import { decide, NOTHING_COSIGNED, OUTCOMES, type Witnessed, type Decision } from './decide.ts';

/** What a witness remembers. It is all that makes its word worth something: lost, the witness must get a new key. */
export interface WitnessMemory {
  /** The largest tree of the log that was cosigned; undefined before the first. */
  latest(origin: string): Promise<Witnessed | undefined>;
  /**
   * Replaces `from` by `to` and answers true; false, changing nothing, if something else is remembered by now. An implementation
   * must do so atomically among all processes, and must have it on disk before it answers.
   */
  advance(origin: string, from: Witnessed | undefined, to: Witnessed): Promise<boolean>;
}

/** An answer as HTTP carries it; the answer file holds the same. */
export interface WitnessAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export const SIZE_TYPE = 'text/x.tlog.size';

/** Answers `add-checkpoint` requests for the logs whose keys it trusts, and never cosigns two histories of one. */
export async function answerRequest(
  body: string,
  memory: WitnessMemory,
  trusted: readonly VerifierKey[],
  now: number,
  cosigner: Cosigner,
): Promise<Decision> {
  let before: Witnessed | undefined;
  const decision = await decide(
    body,
    async (origin) => (before = await memory.latest(origin)) ?? NOTHING_COSIGNED,
    trusted,
    now,
    cosigner,
  );
  if (decision.outcome !== 'cosigned') return decision;

  // The line is made but leaves only when what it says is remembered: of two requests at once one must lose.
  const { origin, size, root } = decision.checkpoint;
  if (await memory.advance(origin, before, { size, root })) return decision;
  const { size: latest } = (await memory.latest(origin)) ?? NOTHING_COSIGNED;
  return { outcome: 'conflict', size: latest, checkpoint: decision.checkpoint };
}

/** As C2SP tlog-witness has it answered over HTTP. */
export function toAnswer(decision: Decision): WitnessAnswer {
  const status = OUTCOMES[decision.outcome];
  if (decision.outcome === 'cosigned')
    return { status, contentType: 'text/plain; charset=utf-8', body: printLines([decision.line]) };
  if (decision.outcome === 'conflict') return { status, contentType: SIZE_TYPE, body: `${decision.size}\n` };
  return { status, contentType: 'text/plain; charset=utf-8', body: `${decision.outcome}\n` };
}

/** A memory for tests, and for one process that may forget. */
export function forgetfulMemory(): WitnessMemory {
  const kept = new Map<string, Witnessed>();
  return {
    latest: async (origin) => kept.get(origin),
    async advance(origin, from, to) {
      if (kept.get(origin) !== from) return false;
      kept.set(origin, to);
      return true;
    },
  };
}
