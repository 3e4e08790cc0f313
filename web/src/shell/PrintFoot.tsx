import type { ReactElement } from 'react';
import { useLogHead, useMe, useZone } from '../api/session.ts';
import { useClocks } from '../kit/clocks.ts';
import { count, momentInZone } from '../kit/format.ts';
import { words } from '../words/kit.ts';

/** Text as a string of CSS: quotes and backslashes escaped, and nothing that could end the style sheet it stands in. */
const quoted = (text: string): string =>
  `"${text.replace(/["\\<>\n\r\f]/g, (c) => `\\${c.charCodeAt(0).toString(16)} `)}"`;

/**
 * The end of each printed sheet: who, when, both clocks, the log that it speaks of, and page n of m. It stands in the margin of every sheet
 * where the browser prints margins (Chromium); the line after the last sheet is for the others.
 */
export function PrintFoot({ name }: { readonly name: string }): ReactElement {
  const zone = useZone();
  const me = useMe();
  const { asOf, knownAt } = useClocks();
  const log = useLogHead();
  const who = me.data?.person?.name ?? me.data?.actor.id ?? '';
  const printed = words.print(name, momentInZone(new Date().toISOString(), zone), who);
  const clocks = `${words.trueOn.toLowerCase()} ${asOf ?? words.now} · ${words.knownBy.toLowerCase()} ${knownAt ?? words.now}`;
  const ledger = log === undefined ? '' : ` · ${words.ledger(count(log.size), log.root)}`;
  return (
    <>
      <style>{`@page { @bottom-left { content: ${quoted(`${printed} · ${clocks}${ledger}`)}; } }`}</style>
      <p className="printfoot s1">
        {printed} · {clocks}
        {ledger}
      </p>
    </>
  );
}
