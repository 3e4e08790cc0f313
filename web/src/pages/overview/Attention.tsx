import type { AttentionItem } from '@countersign/core/posture/attention.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { Go } from '../../kit/Go.tsx';
import type { Search } from '../../kit/Go.tsx';
import { CellMark, StateMark } from '../../kit/marks.tsx';
import { said } from '../../kit/said.ts';
import { words } from '../../words/overview.ts';

type Item = z.infer<typeof AttentionItem>;

const MARKS = {
  failing: <StateMark state="failing" wordless />,
  missed: <CellMark cell="missed" />,
  'not-observed': <StateMark state="not-observed" wordless />,
  pending: <CellMark cell="pending" />,
  excused: <CellMark cell="excused" />,
  evidence: <CellMark cell="pending" />,
} as const satisfies Record<Item['mark'], ReactElement>;

/** Where the help is: the page of what it concerns, with the form that the act needs open. */
function helpAt({ help, control }: Item): { readonly to: string; readonly search: Search } {
  const { act, target } = help;
  switch (target.kind) {
    case 'control':
      return {
        to: `/controls/${target.id}`,
        search:
          act === 'performance.record'
            ? { do: 'perform', ...(help.for === null ? {} : { for: help.for }) }
            : act === 'evidence.add'
              ? { tab: 'evidence' }
              : {},
      };
    case 'check':
      return { to: `/checks/${target.id}`, search: {} };
    case 'source':
      return { to: `/sources/${target.id}`, search: {} };
    case 'evidence':
      return { to: `/evidence/${target.id}`, search: {} };
    default:
      return { to: `/controls/${control ?? ''}`, search: { tab: 'exceptions' } };
  }
}

export function Attention({ items, zone }: { readonly items: readonly Item[]; readonly zone: string }): ReactElement {
  return (
    <ol className="todo">
      {items.map((item) => {
        const { control, source, title, because, days, responsible, ownerRole, answers } = item;
        const help = helpAt(item);
        const refs = [...answers.soc2.slice(0, 2), ...answers.iso27001.slice(0, 2)].join(' · ');
        const who = responsible === null ? ownerRole : (responsible.name ?? responsible.id);
        return (
          <li key={`${item.needs} ${help.to} ${item.help.for ?? ''} ${because}`}>
            <span className="gut">{MARKS[item.mark]}</span>
            <div className="tx">
              <p>
                {control !== null ? (
                  <Go to={`/controls/${control}`} className="ref">
                    {control}
                  </Go>
                ) : (
                  <Go to={`/sources/${source ?? ''}`} className="ref">
                    {source ?? ''}
                  </Go>
                )}{' '}
                <span className="m">{title}</span>
              </p>
              <p className="t2">{said(because, zone)}</p>
              <p className="s2 t3">
                {refs}
                {refs !== '' && who !== null ? <span className="dot3">·</span> : undefined}
                {who}
              </p>
            </div>
            <span className={days === null || days <= 0 ? 'when s2 bad m' : 'when s2 t2'}>
              {days === null ? words.now : words.days(days)}
            </span>
            <Go to={help.to} search={help.search} className="btn x">
              {item.help.says}
            </Go>
          </li>
        );
      })}
    </ol>
  );
}
