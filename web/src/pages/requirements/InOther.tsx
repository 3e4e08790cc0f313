import type { OverlapItems } from '@countersign/core/overlap/items.ts';
import type { Tree } from '@countersign/core/posture/tree.ts';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { Go } from '../../kit/Go.tsx';
import type { State } from '../../kit/marks.tsx';
import { StateMark } from '../../kit/marks.tsx';
import { RelationMark, StrengthBar } from '../../kit/Relation.tsx';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/crosswalk.ts';
import { tenthsText } from '../../words/relation.ts';

type Told = z.output<typeof OverlapItems>;
type Item = Told['items'][number];
type Link = Item['links'][number];
interface Linked {
  readonly item: Item;
  readonly link: Link;
}
const say = words.inOther;

/** Links from this strength on, and no more than so many, are shown at once. */
const STRONG = 7;
const MOST_SHOWN = 10;
/** Below this strength an item needs evidence of its own; so many are named. */
const HALF = 5;
const MOST_NAMED = 4;

export const otherOf = (framework: 'soc2' | 'iso27001'): 'soc2' | 'iso27001' =>
  framework === 'soc2' ? 'iso27001' : 'soc2';

/** Asked by the panel for its tab’s count and by the tab: one question. */
export const useInOther = (framework: 'soc2' | 'iso27001', ref: string) =>
  useView<typeof OverlapItems>('overlap.items', { from: framework, to: otherOf(framework), fromRef: ref });

const linkedOf = (told: Told): readonly Linked[] =>
  told.items
    .flatMap((item) => item.links.map((link) => ({ item, link })))
    .sort((a, b) => b.link.strength - a.link.strength);

/** What one requirement reaches of the other framework: relation, strength, how it stands there, and what stays open. */
export function InOther({
  framework,
  requirement,
  title,
}: {
  readonly framework: 'soc2' | 'iso27001';
  readonly requirement: string;
  /** Of the other framework. */
  readonly title: string;
}): ReactElement {
  const other = otherOf(framework);
  const asked = useInOther(framework, requirement);
  // Where the other framework has no programme nothing stands in any state.
  const tree = useView<typeof Tree>('framework.tree', { framework: other });
  const states = new Map<string, State>(
    tree.isError
      ? []
      : (tree.data?.answer.groups ?? []).flatMap(({ requirements }) =>
          requirements.map(({ ref, state }) => [ref, state]),
        ),
  );
  const [all, setAll] = useState(false);
  return (
    <Answer of={asked} rows={6}>
      {({ answer }) => {
        const linked = linkedOf(answer);
        if (linked.length === 0) return <p className="in t2">{say.none(requirement, title)}</p>;
        const strong = linked.filter(({ link }) => link.strength >= STRONG).slice(0, MOST_SHOWN);
        const shown = all ? linked : strong.length === 0 ? linked.slice(0, 3) : strong;
        const folded = linked.filter((one) => !shown.includes(one)).map(({ link }) => link.strength);
        return (
          <>
            <ul className="xwl">
              {shown.map(({ item, link }) => (
                <Row
                  key={item.ref}
                  requirement={requirement}
                  other={other}
                  item={item}
                  link={link}
                  state={states.get(item.ref)}
                />
              ))}
              {folded.length === 0 && !all ? undefined : (
                <li>
                  <button type="button" className="asref s2 m" aria-expanded={all} onClick={() => setAll(!all)}>
                    {all
                      ? say.fewer
                      : say.more(folded.length, tenthsText(Math.min(...folded)), tenthsText(Math.max(...folded)))}
                  </button>
                </li>
              )}
            </ul>
            <div className="in xwopen">
              <h3>{say.open(title)}</h3>
              <p className="t2 s2">{openOf(requirement, linked)}</p>
              <p className="s2">
                <Go to="/crosswalk" search={{ from: framework, to: other }}>
                  {say.explorer}
                </Go>
              </p>
            </div>
          </>
        );
      }}
    </Answer>
  );
}

function Row({
  requirement,
  other,
  item: { ref, title },
  link: { relation, strength, range, hops },
  state,
}: {
  readonly requirement: string;
  readonly other: string;
  readonly item: Item;
  readonly link: Link;
  readonly state: State | undefined;
}): ReactElement {
  return (
    <li className="xwrow">
      <RelationMark relation={relation} from={requirement} to={ref} />
      <div>
        <p className="row sp">
          <span>
            <Go to={`/${other}/requirements`} search={{ open: ref }} className="ref">
              {ref}
            </Go>{' '}
            <span className="m">{title}</span>
          </span>
          {state === undefined ? undefined : <StateMark state={state} wordless />}
        </p>
        <p className="t2 s2">{hops.map(({ rationale }) => rationale).join(' · ')}</p>
        <p className="row s2 t3">
          <StrengthBar tenths={strength} most={range?.most ?? strength} />
          <span className="num">{tenthsText(strength)}</span>
          <span>{say.relation[relation ?? 'unclaimed'](requirement)}</span>
        </p>
      </div>
    </li>
  );
}

/** What the links leave: what is served whole, what is overlapped, what needs evidence of its own. */
function openOf(ref: string, linked: readonly Linked[]): string {
  const named = (list: readonly Linked[]): string => {
    const refs = list.slice(0, MOST_NAMED).map(({ item }) => item.ref);
    return say.listed(list.length > MOST_NAMED ? [...refs, say.others(list.length - MOST_NAMED)] : refs);
  };
  const whole = linked.filter(({ link }) => link.extent === 'whole');
  const part = linked.filter(({ link }) => link.extent !== 'whole' && link.strength >= HALF);
  const weak = linked.filter(({ link }) => link.extent !== 'whole' && link.strength < HALF);
  const most = tenthsText(Math.max(0, ...weak.map(({ link }) => link.strength)));
  return [
    whole.length === 0 ? '' : say.serves(named(whole), ref, whole.length),
    part.length === 0 ? '' : say.rest(named(part), ref),
    weak.length === 0 ? '' : say.needs(named(weak), ref, weak.length, most),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}
