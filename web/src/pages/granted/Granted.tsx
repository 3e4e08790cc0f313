import type { ReactElement } from 'react';
import { z } from 'zod';
import { useAsked } from '../../api/hooks.ts';
import { askJson } from '../../api/session.ts';
import { day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { Answer, Empty } from '../../kit/states.tsx';
import { words } from '../../words/grants.ts';
import { areas } from '../../words/roles.ts';

const say = words.granted;

const Opening = z.object({
  grant: z.string(),
  programme: z.string(),
  framework: z.string(),
  areas: z.array(z.string()),
  from: z.string(),
  to: z.string(),
});
const Sight = z.object({
  sight: z
    .object({
      openings: z.array(Opening),
      drafts: z.boolean(),
      none: z.object({ code: z.enum(['none', 'begins', 'ended']), on: z.string().optional() }).optional(),
    })
    .nullable(),
});
type Sight = NonNullable<z.output<typeof Sight>['sight']>;

/** Where each part is looked at. */
const PLACES: Readonly<Record<string, (framework: string) => string>> = {
  posture: (framework) => `/${framework}/requirements`,
  controls: () => '/controls',
  performances: () => '/effectiveness',
  exceptions: () => '/controls',
  evidence: () => '/evidence',
  checks: () => '/checks',
  sources: () => '/sources',
  documents: () => '/policies',
  people: () => '/people',
};

const whyNone = ({ none }: Sight): string => {
  if (none?.on === undefined || none.code === 'none') return say.noGrant;
  return none.code === 'begins' ? say.begins(day(none.on)) : say.ended(day(none.on));
};

const sentence = ({ openings }: Sight): string => {
  const [until] = openings.map(({ to }) => to).sort();
  if (until === undefined) return say.none;
  return say.sentence([...new Set(openings.map(programmeSaid))].join(', '), day(until));
};

/** The framework, and the programme where it is called otherwise. */
const programmeSaid = ({
  programme,
  framework,
}: {
  readonly programme: string;
  readonly framework: string;
}): string => {
  const known = say.frameworks[framework] ?? framework;
  return programme === framework ? known : `${known} (${programme})`;
};

/** Where an auditor or adviser arrives: what is open to them, until when. */
export default function Granted(): ReactElement {
  const asked = useAsked(['allowed', 'sight'], async (org) => (await askJson(org, '/api/allowed', Sight)).sight);
  const sight = asked.data ?? undefined;
  return (
    <Page
      title={say.title}
      {...(sight === undefined
        ? {}
        : {
            sentence: sentence(sight),
            sub: sight.openings.length === 0 ? undefined : sight.drafts ? say.adviser : say.auditor,
          })}
    >
      <Answer of={asked}>
        {(told) =>
          told === null ? (
            <div className="card">
              <Empty
                title={say.notGuest}
                actions={
                  <Go to="/overview" className="btn">
                    {say.toOverview}
                  </Go>
                }
              >
                {words.sub}
              </Empty>
            </div>
          ) : told.openings.length === 0 ? (
            <div className="card">
              <Empty title={say.none}>{whyNone(told)}</Empty>
            </div>
          ) : (
            <div className="stack" style={{ '--g': '16px' } as object}>
              {told.openings.map((opening) => (
                <Opened key={opening.grant} opening={opening} />
              ))}
            </div>
          )
        }
      </Answer>
    </Page>
  );
}

function Opened({ opening }: { readonly opening: z.output<typeof Opening> }): ReactElement {
  const { framework, from, to } = opening;
  return (
    <Card
      flush
      title={programmeSaid(opening)}
      aside={<span className="s2 t2">{say.from(day(from), day(to))}</span>}
      label={programmeSaid(opening)}
    >
      <div className="tw" tabIndex={0} role="region" aria-label={say.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{say.part}</th>
              <th scope="col">{say.what}</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(areas).map(([area, { label, help }]) => {
              const isOpen = opening.areas.includes(area);
              const place = PLACES[area]?.(framework);
              return (
                <tr key={area}>
                  <td className={isOpen ? 'm nw' : 'nw t3'}>
                    {isOpen && place !== undefined ? <Go to={place}>{label}</Go> : label}
                  </td>
                  <td className={isOpen ? '' : 't3'}>
                    {isOpen ? (
                      help
                    ) : (
                      <span className="row" style={{ gap: 6 }}>
                        <Icon name="lock" size={14} />
                        {say.closed}
                      </span>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
