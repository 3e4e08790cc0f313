import { exampleWitness } from '@countersign/ledger/witness/example-witness.ts';
import { cosign, parseNote, parseTimeRoots, printNote, printWitnessKey, stamp } from '@countersign/ledger/index.ts';
import { generalizedTime, InventedAuthority } from '@countersign/ledger/time/testing.ts';
import type { Organisation } from '../runtime.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR } from '../testing.ts';

/** A witness and an authority of tests, by the test's own clock. Neither needs a network. */
export const WITNESS = exampleWitness();
export const AUTHORITY = new InventedAuthority();

/** Names both, under the ids `w` and `t`, or others. */
export async function nameOutside(ground: Ground, org: Organisation, ids = { witness: 'w', authority: 't' }) {
  const act = (name: string, input: object) => ground.engine.runtime.act(org, OPERATOR, name, input);
  await act('witness.name', {
    id: ids.witness,
    name: 'The auditor',
    vkey: printWitnessKey(WITNESS.key),
    how: 'mail',
  });
  await act('authority.name', {
    id: ids.authority,
    name: 'The time',
    url: 'https://time.example.com/',
    roots: AUTHORITY.roots,
  });
}

/** The witness’s line under a checkpoint, by the clock of the ground or another. */
export async function lineOf(checkpoint: string, atMs: number, witness = WITNESS): Promise<string> {
  const { text } = parseNote(checkpoint);
  const line = await cosign(text, witness.cosigner, Math.floor(atMs / 1000));
  return printNote({ text, signatures: [line] })
    .slice(text.length)
    .trimStart();
}

/** The authority’s answer over a checkpoint, in base64. */
export async function tokenOf(checkpoint: string, atMs: number): Promise<string> {
  const at = generalizedTime(new Date(atMs));
  const { response } = await stamp(
    { url: 'https://time.example.com/', roots: parseTimeRoots(AUTHORITY.roots) },
    Buffer.from(checkpoint),
    AUTHORITY.post({ at }),
  );
  return Buffer.from(response).toString('base64');
}

/** Has the log as it is now cosigned or stamped, and recorded. */
export async function see(
  ground: Ground,
  org: Organisation,
  kind: 'witness' | 'time',
  id = kind === 'witness' ? 'w' : 't',
) {
  const { checkpoint } = await ground.engine.services.checkpoint(org);
  const now = ground.clock.now();
  return kind === 'witness'
    ? ground.engine.runtime.act(org, OPERATOR, 'cosignature.record', {
        ...{ witness: id, checkpoint, line: await lineOf(checkpoint, now) },
      })
    : ground.engine.runtime.act(org, OPERATOR, 'time-stamp.record', {
        ...{ authority: id, checkpoint, token: await tokenOf(checkpoint, now) },
      });
}
