import type { History } from '@countersign/core/posture/history.ts';
import type { Overview } from '@countersign/core/posture/overview.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { PostureReport } from '../../kit/Export.tsx';
import { count, day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { StateMark } from '../../kit/marks.tsx';
import { Card } from '../../kit/Page.tsx';
import { Answer } from '../../kit/states.tsx';
import { words as kitWords } from '../../words/kit.ts';
import { words } from '../../words/overview.ts';
import { CourseChart } from './Course.tsx';

type Told = z.infer<typeof Overview>['programmes'][number];

const STATES = ['met', 'partly', 'unmet', 'not-observed'] as const;
const FIELD = { met: 'met', partly: 'partly', unmet: 'unmet', 'not-observed': 'notObserved' } as const;

export function Programme({
  programme,
  today,
  zone,
}: {
  readonly programme: Told;
  readonly today: string;
  readonly zone: string;
}): ReactElement {
  const { framework, title, counts, change, since, period } = programme;
  const course = useView<typeof History>('posture.history', {
    framework,
    programme: programme.programme,
    from: period.from,
    to: period.to < today ? period.to : today,
  });
  const to = `/${framework}/requirements`;
  const met = change.met > 0 ? `+${change.met}` : change.met === 0 ? words.unchanged : `−${-change.met}`;
  return (
    <Card
      label={title}
      title={title}
      aside={
        <span className="row">
          <Go to={to} className="s2 m">
            {words.openRequirements}
            <span className="vh">: {title}</span>
          </Go>
          <PostureReport framework={framework} programme={programme.programme} />
        </span>
      }
    >
      <div className="row base sp w">
        <p className="fig">
          {count(counts.met)}
          <small>{words.of[framework](count(programme.of - counts.outOfScope))}</small>
        </p>
        <p className="s2 t2">{words.since(met, day(since), counts.outOfScope)}</p>
      </div>
      <Answer of={course} rows={3}>
        {({ answer }) => <CourseChart course={answer} title={title} zone={zone} />}
      </Answer>
      <ul className="legend">
        {STATES.map((state) => (
          <li key={state}>
            <Go to={to} search={{ state }}>
              <StateMark state={state}>
                <span className="vh">{kitWords.states[state]}</span>
              </StateMark>
              <b className="num">{count(counts[FIELD[state]])}</b> <span className="t2">{kitWords.states[state]}</span>
            </Go>
          </li>
        ))}
      </ul>
    </Card>
  );
}
