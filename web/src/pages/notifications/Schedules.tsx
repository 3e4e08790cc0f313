import type { ReactElement } from 'react';
import { Go } from '../../kit/Go.tsx';
import { Card } from '../../kit/Page.tsx';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/notifications.ts';
import { useSchedules } from '../sources/coverage.ts';
import { When } from '../sources/Sources.tsx';

export default function SchedulesPart(): ReactElement {
  const asked = useSchedules();
  return (
    <Answer of={asked}>
      {({ answer }) => (
        <Card title={words.schedules}>
          {answer.schedules.length === 0 ? (
            <p className="t2">{words.noSchedules}</p>
          ) : (
            <ul className="todo">
              {answer.schedules.map((schedule) => (
                <li key={schedule.source}>
                  <span />
                  <div className="row w">
                    <Go to={`/sources/${schedule.source}`} className="m mono">
                      {schedule.source}
                    </Go>
                    <When schedule={schedule} connector={null} />
                    <span className="s2 t3">{schedule.timeZone ?? answer.zone}</span>
                  </div>
                  <span />
                </li>
              ))}
            </ul>
          )}
        </Card>
      )}
    </Answer>
  );
}
