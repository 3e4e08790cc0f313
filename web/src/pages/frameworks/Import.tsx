import type { FrameworksListing } from '@countersign/core/exchange/view.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useOrganisation, useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { count, plural } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Proof } from '../../kit/marks.tsx';
import { Card, Page, Segments } from '../../kit/Page.tsx';
import { oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { Answer, ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/frameworks.ts';
import type { Said } from './About.tsx';
import { About } from './About.tsx';
import type { Applied, Ask, Preview } from './asking.ts';
import { apply, preview } from './asking.ts';
import type { Chosen } from './Choose.tsx';
import { Choose } from './Choose.tsx';
import { Columns, Problems, Taken } from './Found.tsx';
import { choicesIn, choicesText, decoded, ImportRefused, importRefused, Imports } from './Imports.tsx';
import './page.css';

const say = words.in;

/** Files as they stand in the address: digest and name, by pairs. */
const filesIn = (given: string | undefined): readonly Chosen[] =>
  (given ?? '').split('~').flatMap((one) => {
    const [blob, name] = [one.slice(0, 64), one.slice(65)];
    return /^[0-9a-f]{64}$/.test(blob) && name !== '' ? [{ blob, name: decoded(name) }] : [];
  });
const filesText = (files: readonly Chosen[]): string =>
  files.map(({ blob, name }) => `${blob}.${encodeURIComponent(name).replaceAll('~', '%7E')}`).join('~');
const columnsIn = (given: string | undefined): Readonly<Record<string, number>> | undefined =>
  given === undefined
    ? undefined
    : Object.fromEntries(
        given.split(',').flatMap((pair) => {
          const [field = '', column = ''] = pair.split('.');
          return /^[A-Za-z]+$/.test(field) && /^\d{1,3}$/.test(column) ? [[field, Number(column)] as const] : [];
        }),
      );
const rowsIn = (given: string | undefined): readonly number[] =>
  (given ?? '')
    .split(',')
    .filter((row) => /^\d{1,7}$/.test(row))
    .map(Number);

const HEAD = ['id', 'title', 'edition', 'publisher', 'source', 'licence'] as const;
const NOTHING = {
  files: undefined,
  sheet: undefined,
  map: undefined,
  out: undefined,
  title: undefined,
  edition: undefined,
  publisher: undefined,
  source: undefined,
  licence: undefined,
  provenance: undefined,
  from: undefined,
  to: undefined,
  whole: undefined,
  leaves: undefined,
  imports: undefined,
} as const;

const only = (said: Said, fields: readonly (keyof Said)[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    fields.flatMap((field) => {
      const value = said[field];
      return value === undefined ? [] : [[field, value] as const];
    }),
  );

export default function Import(): ReactElement {
  const org = useOrganisation();
  const queries = useQueryClient();
  const verdict = useAllowed('framework.load');
  const [done, setDone] = useState<Applied & { readonly what: Preview['what'] }>();
  const { value, set, dropped } = useQueryState({
    files: text(8000),
    what: oneOf('mappings'),
    sheet: text(),
    map: text(2000),
    out: text(20_000),
    id: text(60),
    title: text(200),
    edition: text(100),
    publisher: text(200),
    source: text(500),
    licence: oneOf('own', 'licensed', 'public'),
    provenance: text(1000),
    from: text(40),
    to: text(40),
    whole: oneOf('yes'),
    leaves: oneOf('yes'),
    imports: text(8000),
  });
  const files = filesIn(value.files);
  const what = value.what ?? 'framework';
  const said: Said = only(value, [...HEAD, 'provenance', 'from', 'to']);
  const columns = columnsIn(value.map);
  const leaveOut = rowsIn(value.out);
  const choices = choicesIn(value.imports);
  const ask: Ask | undefined =
    files.length === 0
      ? undefined
      : {
          what,
          files,
          framework: only(said, HEAD),
          set: only(said, ['id', 'title', 'provenance']),
          between: only(said, ['from', 'to']),
          leaveOut,
          isWhole: value.whole === 'yes',
          leavesOnly: value.leaves === 'yes',
          ...(value.sheet === undefined ? {} : { sheet: value.sheet }),
          ...(columns === undefined ? {} : { columns }),
          ...(value.imports === undefined ? {} : { imports: choices }),
        };
  const shown = useQuery({
    queryKey: [org, 'framework-import', ask],
    queryFn: () => (ask === undefined ? Promise.reject(new TypeError('No file')) : preview(org, ask)),
    enabled: ask !== undefined,
    placeholderData: (before) => before,
    staleTime: Infinity,
    retry: false,
  });
  const taking = useMutation({
    mutationFn: () => (ask === undefined ? Promise.reject(new TypeError('No file')) : apply(org, ask)),
    onSuccess: async (applied) => {
      setDone({ ...applied, what: shown.data?.what ?? what });
      set({ ...NOTHING, id: undefined });
      await queries.invalidateQueries({ queryKey: [org] });
    },
  });
  const data = ask === undefined ? undefined : shown.data;
  const refused = ask === undefined ? undefined : importRefused(shown.error);
  const isProfile = data?.format === 'oscal-profile';
  const listing = useView<typeof FrameworksListing>(
    'frameworks.list',
    {},
    { enabled: refused !== undefined || isProfile },
  );
  const loaded = (listing.data?.answer.frameworks ?? []).filter((one) => !one.isShipped && !one.isWithdrawn);
  const chooseImport = (href: string, framework: string | undefined): void => {
    const { [href]: _, ...rest } = choices;
    const next = choicesText(framework === undefined ? rest : { ...rest, [href]: framework });
    set({ imports: next === '' ? undefined : next });
  };
  const noun = data?.what === 'mappings' ? say.line : say.item;
  return (
    <Page
      title={say.title}
      crumbs={[{ label: words.title, to: '/frameworks' }]}
      sentence={data === undefined ? say.sentence[what] : say.answer(plural(data.total, noun), data.problemCount)}
      sub={data?.plan === undefined ? say.sub : planSaid(data.plan)}
      dropped={dropped}
      actions={
        data === undefined ? undefined : (
          <Button filled busy={taking.isPending} verdict={verdictFor(data, verdict)} onClick={() => taking.mutate()}>
            {taking.isPending ? say.applying : say.apply(plural(data.total, noun))}
          </Button>
        )
      }
    >
      <div className="stack" style={{ ['--g' as string]: '16px' }}>
        {done !== undefined && ask === undefined ? <Done applied={done} /> : undefined}
        {taking.error === null ? undefined : <ErrorState error={taking.error} />}
        <div className="row w" style={{ gap: 12 }}>
          <span className="s2 t2">{say.what}</span>
          <Segments
            label={say.what}
            value={what}
            options={[
              { value: 'framework', label: say.framework },
              { value: 'mappings', label: say.mappings },
            ]}
            onChange={(next) =>
              set({ ...NOTHING, files: value.files, what: next === 'mappings' ? 'mappings' : undefined })
            }
          />
        </div>
        <Choose
          files={files}
          verdict={verdict}
          onChosen={(chosen) => {
            setDone(undefined);
            taking.reset();
            set({ ...NOTHING, files: filesText(chosen) });
          }}
        />
        {ask === undefined ? undefined : refused !== undefined ? (
          <ImportRefused
            {...refused}
            loaded={loaded}
            isChosen={Object.hasOwn(choices, refused.href)}
            onChoose={chooseImport}
          />
        ) : (
          <Answer of={shown} rows={8}>
            {(found) => (
              <div className="stack" style={{ ['--g' as string]: '16px' }}>
                <p className="s2 t2">
                  {say.format[found.format]}
                  {found.withdrawn === 0 ? '' : ` · ${say.withdrawn(found.withdrawn)}`}
                </p>
                <Problems found={found} leaveOut={(more) => set({ out: [...leaveOut, ...more].join(',') })} />
                {leaveOut.length === 0 ? undefined : (
                  <p className="note">
                    {say.left(leaveOut.map((row) => count(row)).join(', '))}{' '}
                    <button type="button" className="lnk" onClick={() => set({ out: undefined })}>
                      {say.again}
                    </button>
                  </p>
                )}
                <Imports found={found} loaded={loaded} onChoose={chooseImport} />
                {found.framework === undefined && found.set === undefined ? undefined : (
                  <About
                    found={found}
                    said={said}
                    isWhole={value.whole === 'yes'}
                    leavesOnly={value.leaves === 'yes'}
                    isBound={loaded.some(
                      ({ id, licence }) =>
                        licence === 'licensed' && found.imports.some(({ framework }) => framework === id),
                    )}
                    onSaid={({ licence, ...next }) => set({ ...next, licence: licenceIn(licence) })}
                    onWhole={(is) => set({ whole: is ? 'yes' : undefined })}
                    onLeaves={(is) => set({ leaves: is ? 'yes' : undefined })}
                  />
                )}
                {found.warnings.length === 0 ? undefined : (
                  <Card title={say.warnings}>
                    <ul className="rows">
                      {found.warnings.map((warning) => (
                        <li key={warning}>{warning}</li>
                      ))}
                    </ul>
                  </Card>
                )}
                {found.columns.length === 0 ? undefined : (
                  <Columns
                    found={found}
                    onSheet={(sheet) => set({ sheet, map: undefined, out: undefined })}
                    onColumns={(next) =>
                      set({
                        map: Object.entries(next)
                          .map(([field, column]) => `${field}.${column}`)
                          .join(','),
                      })
                    }
                  />
                )}
                <Taken found={found} />
              </div>
            )}
          </Answer>
        )}
      </div>
    </Page>
  );
}

const licenceIn = (text: string | undefined): 'own' | 'licensed' | 'public' | undefined =>
  text === 'own' || text === 'licensed' || text === 'public' ? text : undefined;

const planSaid = ({ create, change, withdraw, unchanged }: NonNullable<Preview['plan']>): string =>
  say.plan(count(create), count(change), count(withdraw), count(unchanged));

/** Core says whether the person may; the files, whether there is something to do. */
function verdictFor({ plan, problemCount }: Preview, verdict: ReturnType<typeof useAllowed>) {
  if (!verdict.allowed) return verdict;
  if (problemCount > 0 || plan === undefined) return { allowed: false, because: say.problemsLeft };
  const isNew = plan.create + plan.change + plan.withdraw + plan.texts > 0 || plan.head !== 'unchanged';
  return isNew ? verdict : { allowed: false, because: say.nothingNew };
}

function Done({ applied }: { readonly applied: Applied & { readonly what: Preview['what'] } }): ReactElement {
  const isFramework = applied.what === 'framework';
  return (
    <Card title={say.done}>
      <p className="t2" role="status">
        {planSaid(applied.plan)}
        {applied.index === null ? undefined : (
          <>
            {' '}
            {say.entry} <Proof index={applied.index} />
          </>
        )}
      </p>
      <div className="row w" style={{ marginTop: 12 }}>
        <Go className="btn" to={isFramework ? `/frameworks/${applied.id}` : '/frameworks'}>
          {isFramework ? say.see : say.seeSets}
        </Go>
      </div>
    </Card>
  );
}
