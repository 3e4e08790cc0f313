import { Select, TextInput } from '@mantine/core';
import { Refusal } from '@countersign/core/kernel/refusal.ts';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import { queries } from '../../api/queries.ts';
import { sendJson } from '../../api/session.ts';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { time } from '../../kit/format.ts';
import { StateMark } from '../../kit/marks.tsx';
import { Brand } from '../../shell/Brand.tsx';
import { words } from '../../words/first-run.ts';
import { inScope, LIBRARY_SIZE } from './counts.ts';
import { Sample } from './Sample.tsx';
import './page.css';

const say = words.new;
const CATEGORIES = ['availability', 'confidentiality', 'processing_integrity', 'privacy'] as const;
type Category = (typeof CATEGORIES)[number];
type FrameworkId = 'soc2' | 'iso27001';

const Begun = z.object({ organisation: z.string() });
const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const slugOf = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');

const zones = (): readonly string[] => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];

/** The first organisation of an installation, or another one of somebody who may begin one: the server says who. */
export default function NewOrganisation(): ReactElement {
  const navigate = useNavigate();
  const [zone, setZone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC');
  const [frameworks, setFrameworks] = useState<readonly FrameworkId[]>(['soc2', 'iso27001']);
  const [categories, setCategories] = useState<readonly Category[]>([]);
  const [isOwnSlug, setOwnSlug] = useState(false);
  const form = useForm(
    { name: '', slug: '' },
    { name: required, slug: (value) => (SLUG.test(value) ? undefined : say.slugWrong) },
  );
  useEffect(() => {
    document.title = `${say.title} · Countersign`;
  }, []);
  const name = form.values.name.trim();
  const { slug } = form.values;
  useEffect(() => {
    if (!isOwnSlug && slug !== slugOf(name)) form.set({ slug: slugOf(name) });
    // The short name follows the name until it is written by hand.
  }, [name, isOwnSlug]);

  const enter = async (organisation: string, path: string): Promise<void> => {
    await queries.invalidateQueries();
    setTimeout(() => void navigate({ to: `/${organisation}${path}` }));
  };
  const toggle = (framework: FrameworkId): void =>
    setFrameworks((now) => (now.includes(framework) ? now.filter((one) => one !== framework) : [...now, framework]));

  return (
    <div className="newp">
      <header className="brandrow">
        <Brand />
        <span className="s2 t2">{say.here(location.host)}</span>
      </header>
      <main id="m" className="grid">
        <div>
          <h1>{say.sentence}</h1>
          <p className="t2" style={{ margin: '8px 0 24px', fontSize: 'var(--cs-fs-5)', lineHeight: '24px' }}>
            {say.sub}
          </p>
          <Form
            state={form}
            submit={say.submit(name)}
            send={async (values) => {
              if (frameworks.length === 0)
                throw new Refusal('organisation.frameworks', 'invalid', say.frameworksNeeded);
              const begun = Begun.parse(
                await sendJson(undefined, 'POST', '/api/sign-in/organisation', {
                  name: values.name.trim(),
                  slug: values.slug,
                  timeZone: zone,
                  frameworks,
                  ...(frameworks.includes('soc2') ? { categories: ['security', ...categories] } : {}),
                }),
              );
              await enter(begun.organisation, '/first-run');
            }}
          >
            <fieldset>
              <legend>{say.organisation}</legend>
              <div className="two" style={{ marginTop: 10 }}>
                <TextInput label={say.name} autoComplete="organization" {...form.field('name')} />
                <TextInput
                  label={say.slug}
                  description={say.slugHelp}
                  inputWrapperOrder={['label', 'input', 'description', 'error']}
                  {...form.field('slug')}
                  onChange={(event) => {
                    setOwnSlug(true);
                    form.field('slug').onChange(event);
                  }}
                />
              </div>
              <div style={{ marginTop: 14 }}>
                <Select
                  label={say.zone}
                  description={say.zoneHelp(time(new Date().toISOString(), zone))}
                  inputWrapperOrder={['label', 'input', 'description', 'error']}
                  data={[...zones()]}
                  value={zone}
                  onChange={(value) => setZone(value ?? zone)}
                  searchable
                  allowDeselect={false}
                  limit={80}
                />
              </div>
            </fieldset>
            <fieldset>
              <legend>{say.frameworks}</legend>
              <p className="t2" style={{ margin: '2px 0 10px' }}>
                {say.frameworksHelp}
              </p>
              <div className="two">
                <Pick
                  title={say.soc2}
                  says={say.soc2Says}
                  asked={say.criteria(inScope(['soc2'], categories))}
                  isOn={frameworks.includes('soc2')}
                  onChange={() => toggle('soc2')}
                />
                <Pick
                  title={say.iso}
                  says={say.isoSays}
                  asked={say.items(inScope(['iso27001'], []))}
                  isOn={frameworks.includes('iso27001')}
                  onChange={() => toggle('iso27001')}
                />
              </div>
            </fieldset>
            {frameworks.includes('soc2') ? (
              <fieldset>
                <legend>{say.categories}</legend>
                <p className="t2" style={{ margin: '2px 0 8px' }}>
                  {say.security}
                </p>
                <div className="row w" style={{ gap: '8px 20px' }}>
                  {CATEGORIES.map((category) => (
                    <label key={category} className="row" style={{ minHeight: 28 }}>
                      <input
                        type="checkbox"
                        checked={categories.includes(category)}
                        onChange={() =>
                          setCategories((now) =>
                            now.includes(category) ? now.filter((one) => one !== category) : [...now, category],
                          )
                        }
                      />
                      {say.category[category]}
                    </label>
                  ))}
                </div>
              </fieldset>
            ) : undefined}
          </Form>
        </div>
        <aside className="stack" style={{ '--g': '16px' } as object}>
          <section className="card have" aria-label={say.have}>
            <div className="in">
              <p className="s2 t2">{say.have}</p>
              <p className="fig">{say.controls(LIBRARY_SIZE)}</p>
              <p className="t2">{say.controlsSay}</p>
              <dl>
                <div>
                  <dt>{say.requirements}</dt>
                  <dd className="num">{inScope(frameworks, categories)}</dd>
                </div>
                <div>
                  <dt>
                    <StateMark state="met">{say.met}</StateMark>
                  </dt>
                  <dd className="num">0</dd>
                </div>
              </dl>
              <p className="s2 t2">{say.starts}</p>
              <p className="s2 t2">{say.ledger}</p>
            </div>
          </section>
          <Sample enter={(organisation) => enter(organisation, '/overview')} />
        </aside>
      </main>
    </div>
  );
}

function Pick({
  title,
  says,
  asked,
  isOn,
  onChange,
}: {
  readonly title: string;
  readonly says: string;
  readonly asked: string;
  readonly isOn: boolean;
  readonly onChange: () => void;
}): ReactElement {
  return (
    <label className="pick">
      <input type="checkbox" checked={isOn} onChange={onChange} />
      <span>
        <b>{title}</b>
        <span className="t2" style={{ display: 'block' }}>
          {says}
        </span>
        <span className="s2 t3">{asked}</span>
      </span>
    </label>
  );
}
