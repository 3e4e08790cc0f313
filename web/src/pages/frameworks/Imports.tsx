import { NativeSelect } from '@mantine/core';
import type { FrameworksListing } from '@countersign/core/exchange/view.ts';
import { Refusal } from '@countersign/core/kernel/refusal.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { Card } from '../../kit/Page.tsx';
import { RefusalNote } from '../../kit/states.tsx';
import { words } from '../../words/frameworks.ts';
import type { Preview } from './asking.ts';

const say = words.in.imports;

/** A framework that a profile can be resolved against. */
export type Loaded = z.output<typeof FrameworksListing>['frameworks'][number];

/** Frameworks chosen for imports, by `href`, as they stand in the address: `id:href` by pairs. An id holds no colon, and what is encoded neither. */
export const choicesIn = (given: string | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (given ?? '').split('~').flatMap((one) => {
      const at = one.indexOf(':');
      return at <= 0 ? [] : [[decoded(one.slice(at + 1)), one.slice(0, at)] as const];
    }),
  );
export const choicesText = (choices: Readonly<Record<string, string>>): string =>
  Object.entries(choices)
    .map(([href, framework]) => `${framework}:${encodeURIComponent(href).replaceAll('~', '%7E')}`)
    .join('~');
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The import that a refusal asks a choice for. */
export function importRefused(error: unknown): { readonly refusal: Refusal; readonly href: string } | undefined {
  if (!(error instanceof Refusal)) return undefined;
  const [field, href] = error.path ?? [];
  return field === 'imports' && typeof href === 'string' ? { refusal: error, href } : undefined;
}

const optionsOf = (loaded: readonly Loaded[]) =>
  loaded.map(({ id, title, edition }) => ({ value: id, label: say.option(title, edition, id) }));

/** What a profile was found to import, and what else is loaded that it may mean. */
export function Imports({
  found,
  loaded,
  onChoose,
}: {
  readonly found: Preview;
  readonly loaded: readonly Loaded[];
  readonly onChoose: (href: string, framework: string | undefined) => void;
}): ReactElement | undefined {
  if (found.imports.length === 0) return undefined;
  const others = loaded.filter(({ id }) => id !== found.framework?.id);
  const titleOf = (id: string): string => loaded.find((one) => one.id === id)?.title ?? id;
  const several = new Set(found.imports.map(({ profile }) => profile)).size > 1;
  return (
    <Card title={say.title}>
      <div className="stack" style={{ ['--g' as string]: '14px' }}>
        {found.imports.map(({ profile, href, by, file, framework, note }) => (
          <div key={`${profile} ${href}`}>
            <NativeSelect
              label={<span className="fw-href">{several ? say.labelOf(profile, href) : say.label(href)}</span>}
              description={by === 'file' ? undefined : say.by[by]}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={by === 'choice' ? (framework ?? '') : ''}
              onChange={(event) => onChoose(href, event.currentTarget.value || undefined)}
              data={[
                {
                  value: '',
                  label: by === 'choice' ? say.itself : by === 'file' ? say.file(file ?? '') : titleOf(framework ?? ''),
                },
                ...optionsOf(others.filter(({ id }) => by === 'choice' || id !== framework)),
              ]}
            />
            {note === undefined ? undefined : (
              <p className="note" style={{ marginTop: 8 }}>
                {note}
              </p>
            )}
          </div>
        ))}
      </div>
    </Card>
  );
}

/** An import that means nothing here, or more than one thing: which it is, whoever asks may say. */
export function ImportRefused({
  href,
  refusal,
  loaded,
  isChosen,
  onChoose,
}: {
  readonly href: string;
  readonly refusal: Refusal;
  readonly loaded: readonly Loaded[];
  readonly isChosen: boolean;
  readonly onChoose: (href: string, framework: string | undefined) => void;
}): ReactElement {
  return (
    <Card title={say.title}>
      <div className="stack" style={{ ['--g' as string]: '14px' }}>
        <RefusalNote error={refusal} />
        {isChosen ? (
          <div>
            <button type="button" className="btn" onClick={() => onChoose(href, undefined)}>
              {say.back}
            </button>
          </div>
        ) : loaded.length === 0 ? (
          <p className="t2">{say.nothing}</p>
        ) : (
          <NativeSelect
            label={<span className="fw-href">{say.label(href)}</span>}
            description={say.help}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value=""
            onChange={(event) => onChoose(href, event.currentTarget.value || undefined)}
            data={[{ value: '', label: say.choose }, ...optionsOf(loaded)]}
          />
        )}
      </div>
    </Card>
  );
}
