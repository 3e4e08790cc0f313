import type { ReactElement } from 'react';
import { Go } from '../../kit/Go.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { RelationMark, StrengthBar } from '../../kit/Relation.tsx';
import { words } from '../../words/crosswalk.ts';
import { tenthsText, words as relations } from '../../words/relation.ts';
import type { Basis } from './Figures.tsx';
import type { Item, Told } from './Items.tsx';
import { LineReview } from './LineReview.tsx';

type Link = Item['links'][number];
const say = words.panel;

/** Links from this strength on are shown at once, and those that somebody disagrees with; the others are folded. */
const STRONG = 5;

const isDisagreed = ({ hops }: Link): boolean => hops.some(({ review }) => review.standing === 'disagreed');

/** One item: every link that reaches it with who says so, or the controls that answer it; and what stays open. */
export function ItemPanel({
  item,
  from,
  to,
  framework,
  basis,
  sets,
  onClose,
}: {
  readonly item: Item | undefined;
  readonly from: string;
  readonly to: string;
  /** The item’s. */
  readonly framework: string;
  readonly basis: Basis;
  readonly sets: Told['sets'];
  readonly onClose: () => void;
}): ReactElement {
  return (
    <Panel title={item === undefined ? to : `${item.ref} ${item.title}`} open={item !== undefined} onClose={onClose}>
      {item === undefined ? undefined : (
        <div className="stack" style={{ '--g': '14px' } as object}>
          {item.summary === '' ? undefined : (
            <div>
              <h3>{say.summary}</h3>
              <p className="t2">{item.summary}</p>
            </div>
          )}
          {basis === 'crosswalk' ? <Links item={item} from={from} /> : <Controls item={item} from={from} />}
          <div>
            <h3>{say.open}</h3>
            <p className="t2">{openOf(item, from)}</p>
          </div>
          {framework === 'soc2' || framework === 'iso27001' ? (
            <p>
              <Go to={`/${framework}/requirements`} search={{ open: item.ref }}>
                {say.requirement}
              </Go>
            </p>
          ) : undefined}
          {basis === 'crosswalk' ? <Sources item={item} sets={sets} /> : undefined}
        </div>
      )}
    </Panel>
  );
}

function openOf({ extent, strength }: Item, from: string): string {
  if (extent === 'whole') return say.openWhole(from);
  return extent === 'partial' ? say.openPart(tenthsText(strength), from) : say.openNone(from);
}

function Links({ item, from }: { readonly item: Item; readonly from: string }): ReactElement {
  const strong = item.links.filter((link) => link.strength >= STRONG || isDisagreed(link));
  const shown = strong.length === 0 ? item.links : strong;
  const weak = item.links.filter((link) => !shown.includes(link));
  return (
    <div>
      <h3>{say.by(item.links.length, from)}</h3>
      <ul className="cw-links">
        {shown.map((link) => (
          <LinkRow key={link.from.ref} link={link} to={item.ref} />
        ))}
      </ul>
      {weak.length === 0 ? undefined : (
        <details>
          <summary className="s2 m">{say.weaker(weak.length)}</summary>
          <ul className="cw-links">
            {weak.map((link) => (
              <LinkRow key={link.from.ref} link={link} to={item.ref} />
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function LinkRow({ link, to }: { readonly link: Link; readonly to: string }): ReactElement {
  const { relation, range, hops, others, moreOthers, strength, back } = link;
  return (
    <li>
      <RelationMark relation={relation} from={link.from.ref} to={to} />
      <div>
        <p>
          <span className="ref">{link.from.ref}</span> <span className="m">{link.from.title}</span>
        </p>
        {hops.length === 1 ? (
          <p className="s2 t2">{hops[0]?.rationale}</p>
        ) : (
          <ol className="cw-hops">
            {hops.map((hop) => (
              <li key={hop.edge}>
                <RelationMark relation={hop.relation} from={hop.from.ref} to={hop.to.ref} />
                <span>
                  <span className="ref">{hop.to.ref}</span> <span className="s2">{hop.to.title}</span>
                  <span className="s2 t3">
                    {' '}
                    {words.items.strength(String(hop.strength.forward))}, {say.back(String(hop.strength.backward))}.{' '}
                    {hop.rationale}
                  </span>
                  <LineReview line={hop.edge} between={[hop.from.ref, hop.to.ref]} review={hop.review} />
                </span>
              </li>
            ))}
          </ol>
        )}
        <p className="row w s2 t3">
          <StrengthBar tenths={strength} most={range?.most ?? strength} />
          <span className="num">{tenthsText(strength)}</span>
          <span>{relations.says[relation ?? 'unclaimed'](link.from.ref, to)}</span>
          <span>{say.back(tenthsText(back))}</span>
        </p>
        {range === null ? undefined : (
          <p className="s2 t3">{say.range(tenthsText(range.least), tenthsText(range.most))}</p>
        )}
        {hops.map(({ edge, reviewer }) =>
          reviewer === undefined ? undefined : (
            <p key={edge} className="s2 t3">
              {say.reviewer(reviewer)}
            </p>
          ),
        )}
        {hops.length === 1
          ? hops.map(({ edge, from, to: end, review }) => (
              <LineReview key={edge} line={edge} between={[from.ref, end.ref]} review={review} />
            ))
          : undefined}
        {others.length === 0 ? undefined : (
          <details>
            <summary className="s2">{say.others(others.length + moreOthers)}</summary>
            <ul className="s2 t2">
              {others.map(({ by, range: its }) => (
                <li key={by.join()}>
                  {say.other(by.length === 0 ? say.direct : by.join(', '), tenthsText(its.least), tenthsText(its.most))}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  );
}

function Controls({ item, from }: { readonly item: Item; readonly from: string }): ReactElement {
  return (
    <div>
      <h3>{say.controls}</h3>
      {item.controls.length === 0 ? <p className="t2">{words.items.noControl}</p> : undefined}
      <ul className="cw-links cw-plain">
        {item.controls.map(({ id, title, serves, evidence }) => (
          <li key={id}>
            <div>
              <p>
                <Go to={`/controls/${id}`} className="ref">
                  {id}
                </Go>{' '}
                <span className="m">{title}</span>
              </p>
              <p className="s2 t2">
                {serves.length === 0 ? say.servesNone(from) : say.serves(serves.join(', '), from)}
              </p>
              {evidence === null ? undefined : (
                <p className="s2 t3">{say.collected(evidence.documents, evidence.performances, evidence.checks)}</p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Who says what the links rest on, each set once. */
function Sources({ item, sets }: { readonly item: Item; readonly sets: Told['sets'] }): ReactElement {
  const used = new Set(item.links.flatMap(({ hops }) => hops.map(({ set }) => set)));
  const said = sets.filter(({ id }) => used.has(id));
  if (said.length === 0) return <></>;
  return (
    <div>
      <h3>{say.provenance}</h3>
      {said.map(({ id, title, provenance }) => (
        <p key={id} className="s2 t3">
          {title}: {provenance}
        </p>
      ))}
    </div>
  );
}
