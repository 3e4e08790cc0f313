import {
  ACT,
  compareIds,
  gatherSubjects,
  newSalt,
  saltedDigest,
  bodyDigest,
  canonicalBytes,
  sealStatement,
  toHex,
} from '@countersign/ledger/index.ts';
import type { SealedEntry, Signer } from '@countersign/ledger/index.ts';
import type { Instant } from '@countersign/core/kernel/index.ts';
import { printInstant } from '@countersign/core/kernel/index.ts';

/** A version about to be written, with what its digest is taken over. */
export interface NewVersion {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly retired: boolean;
  readonly effectiveAt: Instant;
  /** As written: parsed, with defaults. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly salt: Uint8Array;
}

export const subjectName = (v: { readonly kind: string; readonly id: string; readonly version: number }): string =>
  `${v.kind}/${v.id}@${v.version}`;

/** What a version's digest commits to, and its payload line shows. */
export const payloadOf = (v: Omit<NewVersion, 'salt'>): Parameters<typeof bodyDigest>[1] => ({
  kind: v.kind,
  id: v.id,
  version: v.version,
  retired: v.retired,
  effectiveAt: Number.isFinite(v.effectiveAt) ? printInstant(v.effectiveAt) : null,
  body: v.body as Parameters<typeof bodyDigest>[1] & object,
});

export interface ActStatement {
  readonly act: string;
  readonly actor: string;
  readonly now: Instant;
  readonly seed: string;
  readonly input: unknown;
  readonly versions: readonly NewVersion[];
  /** More of the predicate. */
  readonly beside?: { readonly logKey: string };
}

/** The one log entry of an act: who, what, when, and a salted digest of each version it made. */
export async function sealAct(
  given: ActStatement,
  signer: Signer,
): Promise<SealedEntry & { readonly inputSalt: Uint8Array }> {
  const inputSalt = newSalt();
  const { subject, predicate } = gatherSubjects(
    given.versions
      .toSorted((a, b) => compareIds(subjectName(a), subjectName(b)))
      .map((v) => ({ name: subjectName(v), digest: { sha256: toHex(bodyDigest(v.salt, payloadOf(v))) } })),
  );
  const sealed = await sealStatement(
    {
      subject,
      predicateType: ACT,
      predicate: {
        act: given.act,
        actor: given.actor,
        now: printInstant(given.now),
        seed: given.seed,
        inputDigest: toHex(saltedDigest(inputSalt, canonicalBytes(given.input))),
        ...given.beside,
        ...predicate,
      },
    },
    signer,
  );
  return { ...sealed, inputSalt };
}
