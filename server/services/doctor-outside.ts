import { LedgerPage } from '@countersign/core/proof/index.ts';
import type { Actor } from '@countersign/core/kernel/index.ts';
import type { Runner } from '../kernel/runner.ts';
import type { Organisation, Services } from '../runtime.ts';

type Finding = Awaited<ReturnType<Services['doctor']>>[number];

const OURS: Actor = { id: 'countersign', roles: ['operator'] };

/** What keeps witnesses and authorities of an organisation, and what its log proves without them. */
export async function ofOutside(runner: Runner, org: Organisation): Promise<readonly Finding[]> {
  const told = await runner.view(org, OURS, 'ledger.page', {}).catch(() => undefined);
  // Without its key nothing is known of the log, and that is said of the key.
  if (told === undefined) return [];
  const { answer } = told;
  const { witnesses, authorities, after } = LedgerPage.parse(answer);
  const troubled = [...witnesses, ...authorities].flatMap(({ name, trouble }): Finding[] =>
    trouble === undefined
      ? []
      : [
          {
            ok: false,
            says: `${org.slug}: ${name} has been in trouble since ${trouble.at}: ${trouble.says}`,
            advice: ADVICE[trouble.code] ?? 'See whether its address and key are right; it is asked again each hour.',
          },
        ],
  );
  if (troubled.length > 0) return troubled;
  if (witnesses.length === 0 && authorities.length === 0)
    return [
      {
        ok: true,
        says: `${org.slug}: nobody outside watches. What is recorded shows order, not honesty: name a witness and a time-stamp authority (docs/proof.md).`,
      },
    ];
  return [{ ok: true, says: `${org.slug}: others watch; ${after.entries} entries lie after what they saw last.` }];
}

const DISPUTED =
  'As after restoring an old backup, or because two histories were told. Do not rotate the key, do not name the witness anew: compare with a newer backup, or ask the witness for what it cosigned.';
const ADVICE: Readonly<Record<string, string>> = {
  'witness.forked': DISPUTED,
  'witness.ahead': DISPUTED,
  'outside.address':
    'It is inside the network. Set COUNTERSIGN_LOCAL_WITNESSES=on where the server is started if that is meant.',
  'timestamp.untrusted': 'Ask the authority for its present root certificate, and name it again with that.',
};
