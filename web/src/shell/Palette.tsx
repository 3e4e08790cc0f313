import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { KeyboardEvent, ReactElement } from 'react';
import { useId, useState } from 'react';
import { z } from 'zod';
import { useAllowedActs } from '../api/allowed.ts';
import { useClient, useOrganisation } from '../api/hooks.ts';
import { dateIn } from '../kit/dates.ts';
import { day } from '../kit/format.ts';
import { useGo } from '../kit/Go.tsx';
import { Icon } from '../kit/Icon.tsx';
import { useAnotherTime, useClocks } from '../kit/clocks.ts';
import { PAGES } from '../pages.ts';
import { words } from '../words/kit.ts';
import { useSetClocks } from './AsOf.tsx';

interface Choice {
  readonly group: 'goTo' | 'do' | 'lookAsOf';
  readonly key: string;
  readonly ref?: string;
  readonly label: string;
  readonly hint: string;
  /** Why it cannot be done. */
  readonly locked?: string;
  pick(): void;
}

/** What the view `search` answers. */
const Found = z.object({
  results: z.array(
    z.object({ kind: z.string(), id: z.string(), title: z.string(), hint: z.string().optional(), path: z.string() }),
  ),
});

/** Acts that begin somewhere, with where. */
const DOINGS = [
  { act: 'performance.record', label: words.palette.doings.perform, to: '/work', search: {} },
  { act: 'evidence.add', label: words.palette.doings.file, to: '/evidence', search: { add: '1' } },
  { act: 'policy.draft', label: words.palette.doings.draft, to: '/policies/new', search: {} },
] as const;

/** Any id or title, acts allowed here, and dates in words. */
export default function Palette({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const choices = useChoices(text);
  const current = choices[Math.min(at, choices.length - 1)];
  const pick = (choice: Choice | undefined): void => {
    if (choice === undefined || choice.locked !== undefined) return;
    choice.pick();
    onClose();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt(Math.min(choices.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else if (event.key === 'Enter') pick(current);
    else return;
    event.preventDefault();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="10vh"
      attributes={{ content: { 'aria-label': words.palette.title } }}
    >
      <div className="cp">
        <div className="ci">
          <Icon name="search" />
          <input
            data-autofocus
            value={text}
            role="combobox"
            aria-expanded="true"
            aria-controls={list}
            aria-activedescendant={current === undefined ? undefined : `${list}-${current.key}`}
            aria-label={words.palette.title}
            placeholder={words.palette.hint}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={onKey}
          />
          <kbd>esc</kbd>
        </div>
        <div id={list} role="listbox" aria-label={words.palette.title} className="cl">
          {choices.length === 0 ? <p className="cg">{words.palette.nothing}</p> : undefined}
          {(['goTo', 'do', 'lookAsOf'] as const).map((group) => {
            const mine = choices.filter((choice) => choice.group === group);
            if (mine.length === 0) return undefined;
            return (
              <div key={group} role="group" aria-label={words.palette[group]}>
                <p className="cg" aria-hidden="true">
                  {words.palette[group]}
                </p>
                {mine.map((choice) => (
                  <div
                    key={choice.key}
                    id={`${list}-${choice.key}`}
                    role="option"
                    aria-selected={choice === current}
                    aria-disabled={choice.locked !== undefined}
                    className="cr"
                    onMouseMove={() => setAt(choices.indexOf(choice))}
                    onClick={() => pick(choice)}
                  >
                    {choice.group === 'lookAsOf' ? <i className="clk t" /> : undefined}
                    {choice.group === 'do' ? <Icon name={choice.locked === undefined ? 'plus' : 'lock'} /> : undefined}
                    {choice.ref === undefined ? undefined : <span className="ref">{choice.ref}</span>}
                    <span className="cut">{choice.label}</span>
                    <span className="t3 s2">{choice.locked ?? choice.hint}</span>
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </Modal>
  );
}

function useChoices(text: string): readonly Choice[] {
  const org = useOrganisation();
  const client = useClient();
  const clocks = useClocks();
  const go = useGo();
  const setClocks = useSetClocks();
  const asked = text.trim();
  const found = useQuery({
    queryKey: [org, 'palette', asked, clocks],
    queryFn: async () => Found.parse((await client.view('search', { text: asked, limit: 12 }, { ...clocks })).answer),
    enabled: asked.length > 0 && org !== undefined,
    placeholderData: (before) => before,
    retry: false,
  });
  const fits = (label: string): boolean => label.toLowerCase().includes(asked.toLowerCase());
  const pages = PAGES.flatMap(({ rail, path }) =>
    rail === undefined || !fits(rail.label)
      ? []
      : [
          {
            group: 'goTo' as const,
            key: `page-${path.replaceAll('/', '-')}`,
            label: rail.label,
            hint: words.palette.pages,
            pick: () => go(`/${path}`),
          },
        ],
  );
  const allowed = useAllowedActs();
  const elsewhere = useAnotherTime();
  const doings = DOINGS.filter(({ label }) => fits(label)).flatMap(({ act, label, to, search }) => {
    const verdict = allowed.get(act);
    const locked = elsewhere ?? (verdict?.allowed === false ? (verdict.because ?? '') : undefined);
    return verdict === undefined
      ? []
      : [
          {
            group: 'do' as const,
            key: act.replace('.', '-'),
            label,
            hint: '',
            ...(locked === undefined ? {} : { locked }),
            pick: () => go(to, search),
          },
        ];
  });
  const results = asked === '' ? [] : (found.data?.results ?? []);
  const date = dateIn(asked);
  return [
    ...results.map((it) => ({
      group: 'goTo' as const,
      key: `${it.kind}-${it.id}`,
      ref: it.id,
      label: it.title,
      hint: it.hint ?? it.kind,
      pick: () => {
        const [to = '/', query] = it.path.split('?');
        go(to, Object.fromEntries(new URLSearchParams(query)));
      },
    })),
    ...pages,
    ...doings,
    ...(date === undefined
      ? []
      : [
          {
            group: 'lookAsOf' as const,
            key: `date-${date.slice(0, 10)}`,
            label: day(date),
            hint: '',
            pick: () => setClocks({ asOf: date }),
          },
        ]),
  ];
}
