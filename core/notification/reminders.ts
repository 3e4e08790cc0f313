import type { DateText, Instant } from '../kernel/index.ts';
import { addDays, dateOf, dayNumber, dayNumberAt, localInstant, weekdayOf } from '../kernel/index.ts';
import { WEEKDAYS } from '../connector/schedule.ts';
import type { Work } from '../work/view.ts';
import type { NotificationSettings } from './record.ts';

/** Something a person is told of once. `occasion` names it: what is told of again and again has one for each time. */
export interface Notice {
  readonly kind: 'due-soon' | 'due';
  readonly occasion: string;
  readonly says: string;
  /** Where the web app leads, within the organisation. */
  readonly leads: string;
}

/** How often something is due, from the form of its period’s key. */
function frequencyOf(key: string): keyof NotificationSettings['daysBefore'] {
  if (/^\d{4}-\d\d-\d\d$/.test(key)) return 'daily';
  if (/-W\d\d$/.test(key)) return 'weekly';
  if (/-Q\d$/.test(key)) return 'quarterly';
  if (/-H\d$/.test(key)) return 'semiannual';
  return /-\d\d$/.test(key) ? 'monthly' : 'annual';
}

/** Days before an acknowledgement of a policy is due that somebody is reminded of it. */
const BEFORE_ACKNOWLEDGING = 3;
/** Days before a clock of a privacy request or an incident ends. Many are a few days long. */
const BEFORE_A_CLOCK = 1;

/** What to remind somebody of on a day: at most once before something is due, and once on the day itself. Who was told is the caller’s to know. */
export function remindersOf(
  work: Pick<Work, 'duties' | 'acknowledge'> & Partial<Pick<Work, 'clocks'>>,
  settings: NotificationSettings,
  today: DateText,
): readonly Notice[] {
  const notices: Notice[] = [];
  const remind = (what: string, dueOn: DateText, before: number, title: string, leads: string): void => {
    if (dueOn === today) notices.push({ kind: 'due', occasion: `due ${what}`, says: `${title} is due today.`, leads });
    else if (before > 0 && dueOn > today && today >= addDays(dueOn, -before))
      notices.push({ kind: 'due-soon', occasion: `due-soon ${what}`, says: `${title} is due on ${dueOn}.`, leads });
  };
  for (const { control, key, state, dueOn, path } of work.duties) {
    if (state !== 'due') continue;
    remind(
      `${control.id} ${key}`,
      dueOn,
      settings.daysBefore[frequencyOf(key)],
      `${control.title} (${control.id})`,
      path,
    );
  }
  for (const { policy, title, edition, state, dueOn, path } of work.acknowledge) {
    if (state !== 'asked') continue;
    remind(`policy ${policy} ${edition}`, dueOn, BEFORE_ACKNOWLEDGING, `Reading and acknowledging ${title}`, path);
  }
  for (const { id, title, obligation, says, state, dueOn, path } of work.clocks ?? []) {
    if (state === 'missed' || dueOn === null) continue;
    remind(`clock ${id} ${obligation}`, dueOn, BEFORE_A_CLOCK, `${says} (${title})`, path);
  }
  return notices;
}

/** Whether mail keeps quiet at an instant: from one time of day to another, past midnight where the first is the later. */
export function isQuiet({ quietFrom, quietTo }: NotificationSettings, zone: string, at: Instant): boolean {
  if (quietFrom === quietTo) return false;
  const today = dateOf(dayNumberAt(zone, at));
  const moment = (time: string): Instant => {
    const [hour = 0, minute = 0] = time.split(':').map(Number);
    return localInstant(zone, today, hour, minute);
  };
  const [from, to] = [moment(quietFrom), moment(quietTo)];
  return from < to ? from <= at && at < to : at >= from || at < to;
}

/** The day of the latest digest that should have gone out by now. */
export function digestDay({ digestOn, digestAt }: NotificationSettings, zone: string, now: Instant): DateText {
  const today = dayNumberAt(zone, now);
  const back = (((weekdayOf(today) - 1 - WEEKDAYS.indexOf(digestOn)) % 7) + 7) % 7;
  const day = dateOf(today - back);
  const [hour = 0, minute = 0] = digestAt.split(':').map(Number);
  return localInstant(zone, day, hour, minute) <= now ? day : dateOf(dayNumber(day) - 7);
}
