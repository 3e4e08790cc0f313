import type { ReactElement } from 'react';
import { save } from '../../api/download.ts';
import { Button } from '../../kit/Button.tsx';
import { moment } from '../../kit/format.ts';
import { Icon } from '../../kit/Icon.tsx';
import { words } from '../../words/witnessing.ts';
import type { Told } from './Witnessing.tsx';

const say = words.refusals;

/** What was refused, newest first, with the request that shows it to others. */
export function Refusals({
  of: refusals,
  zone,
}: {
  readonly of: Told['refusals'];
  readonly zone: string;
}): ReactElement {
  return (
    <ul className="refused">
      {refusals.map((one) => (
        <li key={`${one.origin} ${one.outcome} ${one.size} ${one.root}`}>
          <p className={one.clearedAt === undefined ? 'm' : 'm t2'}>
            <span className={one.clearedAt === undefined ? 'bad' : ''}>{words.states[one.outcome]}</span>
            <span className="s2 t2">
              {` · ${say.when(moment(one.firstAt, zone), moment(one.lastAt, zone), one.times)}`}
            </span>
          </p>
          <p className="t2">{one.clearedAt === undefined ? one.says : say.cleared(moment(one.clearedAt, zone))}</p>
          <div>
            <Button
              small
              onClick={() => save(say.file(one.origin, one.size), new Blob([one.request], { type: 'text/plain' }))}
            >
              <Icon name="export" />
              {say.save}
            </Button>
          </div>
        </li>
      ))}
    </ul>
  );
}
