import type { Elements } from '@countersign/core/crosswalk/elements-view.ts';
import type { ReactElement, ReactNode } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { Go } from '../../kit/Go.tsx';
import { RelationMark, StrengthBar } from '../../kit/Relation.tsx';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/elements.ts';
import './page.css';

type Told = z.output<typeof Elements>;
type Criterion = NonNullable<Told['criterion']>;
type Item = NonNullable<Told['item']>;
const say = words.panel;

/** What one requirement consists of and what serves each part: of a criterion its elements, of an ISO item the criteria it serves. */
export function Parts({
  framework,
  requirement,
  flush,
}: {
  readonly framework: 'soc2' | 'iso27001';
  readonly requirement: string;
  /** To the edge of a card. */
  readonly flush?: boolean;
}): ReactElement {
  const asked = useView<typeof Elements>('crosswalk.elements', { framework, ref: requirement });
  return (
    <Answer of={asked} rows={5}>
      {({ answer: { criterion, item } }) => {
        const list = flush === true ? 'el-parts el-flush' : 'el-parts';
        if (criterion !== null) return <OfCriterion of={criterion} list={list} />;
        return item === null ? <></> : <OfItem of={item} list={list} />;
      }}
    </Answer>
  );
}

function OfCriterion({ of, list }: { readonly of: Criterion; readonly list: string }): ReactElement {
  return (
    <ul className={list} aria-label={say.parts}>
      {of.elements.map(({ id, says, weight, served, left, lines }) => (
        <li key={id}>
          <p>
            <span className="ref">{id}</span> <span className="m">{says}</span>
          </p>
          <p className="row w s2 t3">
            <StrengthBar tenths={served.least} most={served.most} says={words.meter(served.least, served.most)} />
            <span>{say.weight(weight)}</span>
            {lines.length === 0 ? undefined : <span>{say.left(left.least, left.most)}</span>}
          </p>
          {lines.length === 0 ? <p className="s2 t2">{say.noItem}</p> : undefined}
          {lines.map((line) => (
            <LineRow
              key={line.item}
              mark={<RelationMark relation={line.relation} from={id} to={line.item} />}
              to={`/iso27001/requirements`}
              open={line.item}
              title={line.title}
              because={line.because}
              shares={`${say.serves(line.serves)} · ${say.reaches(line.reaches)}`}
            />
          ))}
        </li>
      ))}
      <li>
        <p className="m">{say.left(of.left.least, of.left.most)}</p>
        <p className="s2 t2">
          {words.together} <Go to="/elements">{words.all}</Go>
        </p>
      </li>
    </ul>
  );
}

function OfItem({ of, list }: { readonly of: Item; readonly list: string }): ReactElement {
  return (
    <ul className={list} aria-label={say.criteria}>
      {of.criteria.map(({ ref, title, relation, itemShare, criterionShare, lines }) => (
        <li key={ref}>
          <LineRow
            mark={<RelationMark relation={relation} from={ref} to={of.ref} />}
            to={`/soc2/requirements`}
            open={ref}
            title={title}
            because={say.both(itemShare, criterionShare)}
            shares={<StrengthBar tenths={itemShare} says={words.meter(itemShare, itemShare)} />}
          />
          {lines.map((line) => (
            <p key={line.element} className="s2 t2" style={{ marginTop: 6 }}>
              <span className="ref">{line.element}</span> {line.says}{' '}
              <span className="t3">
                {say.serves(line.serves)}, {say.reaches(line.reaches)}. {line.because}
              </span>
            </p>
          ))}
        </li>
      ))}
      <li>
        <p className="m">{of.criteria.length === 0 ? say.noCriterion : say.leftItem(of.left.least, of.left.most)}</p>
      </li>
    </ul>
  );
}

function LineRow({
  mark,
  to,
  open,
  title,
  because,
  shares,
}: {
  readonly mark: ReactNode;
  readonly to: string;
  readonly open: string;
  readonly title: string;
  readonly because: string;
  readonly shares: ReactNode;
}): ReactElement {
  return (
    <div className="el-line">
      <span>{mark}</span>
      <div>
        <p>
          <Go to={to} search={{ open }} className="ref">
            {open}
          </Go>{' '}
          {title}
        </p>
        <p className="s2 t2">{because}</p>
        <p className="s2 t3">{shares}</p>
      </div>
    </div>
  );
}
