import type { ReactElement } from 'react';
import { AsTable, Plain } from '../../kit/AsTable.tsx';
import { day, shortDay } from '../../kit/format.ts';
import { Card } from '../../kit/Page.tsx';
import { words } from '../../words/planner.ts';
import type { Roadmap } from './money.ts';

type Plan = NonNullable<Roadmap['plan']>;
type Task = Plan['tasks'][number];

const ROW = 27;
const LANES = ['soc2', 'iso27001'] as const;
const IN_HAND: Readonly<Record<string, string>> = { soc2: 'soc2.report', iso27001: 'iso.decision' };

const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
const firstOf = (year: number, month: number): string => new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);

/** Months from that of the start to the one after the last end. */
function monthsBetween(from: string, to: string): readonly string[] {
  const [year, month] = [Number(from.slice(0, 4)), Number(from.slice(5, 7)) - 1];
  const n = (Number(to.slice(0, 4)) - year) * 12 + Number(to.slice(5, 7)) - 1 - month + 2;
  return Array.from({ length: n }, (_, i) => firstOf(year, month + i));
}

/** When: filled holds the date back, tinted has slack, underlined waits for time to pass, a diamond is in hand, today a line. */
export function Gantt({
  plan,
  today,
  isNow,
}: {
  readonly plan: Plan;
  readonly today: string;
  readonly isNow: boolean;
}): ReactElement {
  const last =
    plan.tasks
      .map(({ to }) => to)
      .sort()
      .at(-1) ?? plan.startsOn;
  const months = monthsBetween(plan.startsOn, last);
  const [first, end] = [months[0] ?? plan.startsOn, months.at(-1) ?? last];
  const [from, until] = [dayOf(first), dayOf(end) + 31];
  const at = (date: string, after = 0): number => ((dayOf(date) + after - from) / (until - from)) * 100;
  const isShown = (date: string | null): date is string => date !== null && dayOf(date) >= from && dayOf(date) <= until;
  const key = (
    <div className="key">
      <span>
        <i className="pl-bar crit" /> {words.key.critical}
      </span>
      <span>
        <i className="pl-bar" /> {words.key.slack}
      </span>
      <span>
        <i className="pl-bar waits" /> {words.key.waits}
      </span>
      <span>
        <i className="pl-dia" /> {words.key.hand}
      </span>
    </div>
  );
  return (
    <Card title={words.dates} aside={key}>
      <AsTable label={words.dateTable} table={() => <DateTable plan={plan} />}>
        <div className="tw pl-gtw" tabIndex={0} role="region" aria-label={words.datesLabel(day(first), day(last))}>
          <div className="pl-gt" style={{ minWidth: Math.max(720, 90 + months.length * 58) }}>
            <div />
            <div
              className="pl-gm s1 t3"
              style={{ gridTemplateColumns: `repeat(${months.length}, 1fr)` }}
              aria-hidden="true"
            >
              {months.map((month, i) => (
                <span key={month}>
                  {shortDay(month).replace(/^\d+ /, '')}
                  {i === 0 || month.slice(5, 7) === '01' ? <b> {month.slice(0, 4)}</b> : undefined}
                </span>
              ))}
            </div>
            {LANES.map((lane) => {
              const tasks = plan.tasks.filter((task) => task.lane === lane && task.days > 0);
              return tasks.length === 0 ? undefined : (
                <Lane key={lane} lane={lane} tasks={tasks} at={at} months={months.length} />
              );
            })}
            <div />
            <div className="pl-bands">
              {isShown(plan.neededBy) ? (
                <span className="need" style={{ left: `${at(plan.neededBy)}%` }}>
                  <em className={at(plan.neededBy) > 50 ? 'before' : ''}>{words.needed(shortDay(plan.neededBy))}</em>
                </span>
              ) : undefined}
              {isShown(today) ? (
                <span className={isNow ? 'now' : 'now then'} style={{ left: `${at(today)}%` }}>
                  <em className={at(today) > 80 ? 'before' : ''}>
                    {isNow ? words.today(shortDay(today)) : words.asOf(shortDay(today))}
                  </em>
                </span>
              ) : undefined}
            </div>
          </div>
        </div>
      </AsTable>
      <div className="pl-held t2">
        {plan.inHand.map(({ framework, says }) => (
          <p key={framework}>{says}</p>
        ))}
        <ul className="pl-ranges s2">
          {plan.inHand.map(({ framework, title, earliest, on, latest }) => (
            <li key={framework}>{words.range({ title, earliest: day(earliest), on: day(on), latest: day(latest) })}</li>
          ))}
          {plan.gates.map(({ task, says }) => (
            <li key={task}>{says}</li>
          ))}
        </ul>
      </div>
    </Card>
  );
}

function Lane({
  lane,
  tasks,
  at,
  months,
}: {
  readonly lane: 'soc2' | 'iso27001';
  readonly tasks: readonly Task[];
  readonly at: (date: string, after?: number) => number;
  readonly months: number;
}): ReactElement {
  return (
    <>
      <div className="pl-gl m">{words.lanes[lane]}</div>
      <div
        className="pl-gr"
        style={{ height: tasks.length * ROW + 8, backgroundSize: `${100 / months}% 100%` }}
        role="list"
      >
        {tasks.map((task, row) => {
          const [left, right] = [at(task.from), at(task.to, 1)];
          const isInHand = task.id === IN_HAND[lane];
          const says = isInHand ? (
            <>
              {task.title} <b>{shortDay(task.to)}</b>
            </>
          ) : (
            task.title
          );
          const where = right - left > 26 ? 'in' : right > 74 ? 'before' : 'after';
          const place =
            where === 'in'
              ? { left: `calc(${left}% + 8px)` }
              : where === 'after'
                ? { left: `calc(${right}% + ${isInHand ? 14 : 6}px)` }
                : { right: `calc(${100 - left}% + 6px)` };
          const top = 6 + row * ROW;
          const kind = [task.isCritical ? 'crit' : '', task.waits ? 'waits' : ''].filter(Boolean).join(' ');
          return (
            <div key={task.id} role="listitem">
              <span
                className={`pl-bar ${kind}`}
                style={{ left: `${left}%`, width: `${right - left}%`, top }}
                aria-hidden="true"
              />
              {isInHand ? (
                <i className="pl-dia at" style={{ left: `${right}%`, top: top + 5 }} aria-hidden="true" />
              ) : undefined}
              <span
                className={`pl-gx ${where === 'in' && task.isCritical && !task.waits ? 'on' : ''}`}
                style={{ ...place, top }}
              >
                {says}
                <span className="vh">
                  : {day(task.from)} – {day(task.to)},{' '}
                  {task.slackDays === 0 ? words.noSlack : words.slack(task.slackDays)}
                </span>
              </span>
            </div>
          );
        })}
      </div>
    </>
  );
}

function DateTable({ plan }: { readonly plan: Plan }): ReactElement {
  const titles = new Map(plan.tasks.map(({ id, title }) => [id, title]));
  return (
    <Plain
      head={words.dateHead}
      rows={plan.tasks.map((task) => [
        words.lanes[task.lane],
        task.title,
        day(task.from),
        day(task.to),
        String(task.days),
        task.slackDays === 0 ? words.noSlack : words.slack(task.slackDays),
        task.after.map((id) => titles.get(id) ?? id).join(', '),
      ])}
    />
  );
}
