import type { ReactElement } from 'react';
import { useLogHead, useMe, useZone } from '../api/session.ts';
import { useClocks } from '../kit/clocks.ts';
import { count, momentInZone } from '../kit/format.ts';
import { words } from '../words/kit.ts';

/** The end of each printed sheet: who, when, both clocks, and the log that it speaks of. */
export function PrintFoot({ name }: { readonly name: string }): ReactElement {
  const zone = useZone();
  const me = useMe();
  const { asOf, knownAt } = useClocks();
  const log = useLogHead();
  const who = me.data?.person?.name ?? me.data?.actor.id ?? '';
  return (
    <p className="printfoot s1">
      {words.print(name, momentInZone(new Date().toISOString(), zone), who)} · {words.trueOn.toLowerCase()}{' '}
      {asOf ?? words.now} · {words.knownBy.toLowerCase()} {knownAt ?? words.now}
      {log === undefined ? '' : ` · ${words.ledger(count(log.size), log.root)}`}
    </p>
  );
}
