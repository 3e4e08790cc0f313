import { printInstant } from '@countersign/core/kernel/index.ts';
import type { Days } from '../days.ts';
import { LENGTH_DAYS } from '../days.ts';
import type { Dice } from '../dice.ts';
import { CHECKS } from './checks.ts';
import { STARTED } from './controls.ts';
import type { Name } from './people.ts';
import { memberOf, NAMES } from './people.ts';
import type { By, Step } from './step.ts';
import { emailOf } from './systems.ts';
import { closedAndOpen, libraryBody, versionsOf } from './work.ts';

/** Ids of people are opaque, so that a name is erased with its record. */
export const personId = (dice: Dice, name: Name): string => `p-${dice.hex(12, 'person', name)}`;

const act = (name: string, at: number, by: By, what: string, input: Readonly<Record<string, unknown>>): Step => ({
  is: 'act',
  name,
  at,
  by,
  act: what,
  input,
});
const apply = (name: string, at: number, by: By, records: readonly object[]): Step =>
  act(name, at, by, 'records.apply', { records });

const MINUTE = 60_000;
/** How long before somebody's last day it is written down. */
const NOTICE_DAYS = 21;

export function peopleComeAndGo(days: Days, dice: Dice): readonly Step[] {
  const person = (name: Name, leaves?: number): object => {
    const { name: called, title, roles, joins, substitute } = memberOf(name);
    return {
      kind: 'person',
      id: personId(dice, name),
      name: called,
      email: emailOf(name),
      roles,
      jobTitle: title,
      ...(joins === undefined ? {} : { startsOn: days.date(joins) }),
      ...(leaves === undefined ? {} : { leavesOn: days.date(leaves) }),
      // Who stands in is settled with the notice: before it nobody asks.
      ...(leaves === undefined || substitute === undefined ? {} : { substitute: personId(dice, substitute) }),
    };
  };
  const there = NAMES.filter((name) => memberOf(name).joins === undefined);
  return [
    apply(
      'people',
      days.at(0, 9.2),
      'operator',
      there.map((name) => person(name)),
    ),
    ...NAMES.flatMap((name) => {
      const { joins } = memberOf(name);
      // Only an owner gives a role.
      return joins === undefined
        ? []
        : [apply(`joins ${name}`, days.at(days.working(joins - 3, -1), 15), 'ines', [person(name)])];
    }),
    ...NAMES.flatMap((name) => {
      const { leaves } = memberOf(name);
      return leaves === undefined
        ? []
        : [apply(`leaves ${name}`, days.at(days.working(leaves - NOTICE_DAYS), 11), 'ines', [person(name, leaves)])];
    }),
  ];
}

/** What of ISO/IEC 27001 does not apply to a company with one office and no machines of its own. */
const EXCLUDED = [
  [
    'A.7.4',
    'No information is processed in the office; the host’s monitoring is looked at once a year with its reports.',
  ],
  ['A.7.5', 'The company runs no processing facility; those of the hosts are assessed with them.'],
  ['A.7.6', 'There are no secure areas: the office holds laptops and no servers.'],
  ['A.7.11', 'Supporting utilities are the hosts’; the office may close for days without effect on the service.'],
  ['A.7.12', 'There is no cabling but that of an office network which carries no customer data.'],
  ['A.8.30', 'All development is done by employees; no part of it is given out.'],
] as const;

export function programmes(days: Days): readonly Step[] {
  return [
    apply('scope of ISO 27001', days.at(days.working(128), 14), 'bram', [
      {
        kind: 'programme',
        id: 'iso27001',
        framework: 'iso27001',
        title: 'ISO/IEC 27001:2022',
        outOfScope: EXCLUDED.map(([ref, justification]) => ({ ref, justification })),
      },
    ]),
  ];
}

/** Controls are started in waves, and change: an owner, a frequency, a sentence. */
export function controlsStart(days: Days, dice: Dice): readonly Step[] {
  const described =
    'Changes to what runs in production are approved by somebody other than their author before they are merged. The rule of the code host enforces it; a change at night may go in first and is looked at on the next working day.';
  const rewordedOn = days.working(304);
  const bodyAt = (control: string, version: number): object => {
    const started = STARTED[control];
    const at = started === undefined ? undefined : versionsOf(control, started, days)[version];
    if (started === undefined || at === undefined) throw new TypeError(`${control} has no version ${version}`);
    const { grace, lookback, evidence, days: worked } = started;
    return {
      ...libraryBody(control),
      kind: 'control',
      id: control,
      frequency: at.frequency,
      owner: personId(dice, at.owner),
      startsOn: days.date(started.starts),
      implementedOn: days.date(started.starts),
      ...(grace === undefined ? {} : { grace }),
      ...(lookback === undefined ? {} : { lookback }),
      ...(evidence === undefined ? {} : { evidence }),
      ...(worked === undefined ? {} : { days: worked }),
    };
  };
  const changed = new Map<number, { readonly at: number; readonly records: object[] }>();
  for (const [control, started] of Object.entries(STARTED)) {
    for (const [version, { day, at }] of versionsOf(control, started, days).entries()) {
      const group = changed.get(at) ?? { at, records: [] };
      changed.set(at, group);
      group.records.push(bodyAt(control, version));
      if (version > 0 && day < started.starts) throw new TypeError(`${control} changes before it starts`);
    }
  }
  return [
    ...[...changed.values()].map(({ at, records }) => apply(`controls ${at}`, at, 'bram', records)),
    apply('change review reworded', days.at(rewordedOn, 15), 'aisha', [
      { ...bodyAt('CHG-02', 0), description: described },
    ]),
  ];
}

export function checksAreWritten(days: Days): readonly Step[] {
  const written = CHECKS.map(({ id, day, body }) =>
    apply(`check ${id}`, days.at(day, 11.5), 'aisha', [{ kind: 'check', id, ...body }]),
  );
  const corrected = CHECKS.flatMap(({ id, corrected: version }) =>
    version === undefined
      ? []
      : [
          apply(`check ${id} corrected`, days.at(version.day - 1, 16), 'aisha', [
            { kind: 'check', id, ...version.body, effectiveFrom: days.date(version.day) },
          ]),
        ],
  );
  return [...written, ...corrected];
}

/** Leave to miss a month, to keep one bucket open, to let one laptop be; and one that was not given. */
export function exceptions(days: Days, holidays: ReadonlySet<string>): readonly Step[] {
  const request = (day: number, id: string, by: Name, input: object): Step =>
    act(`request ${id}`, days.at(days.working(day, -1), 10.4), by, 'exception.request', { id, ...input });
  const decide = (day: number, id: string, by: Name, what: 'approve' | 'refuse'): Step =>
    act(`${what} ${id}`, days.at(days.working(day), 14.2), by, `exception.${what}`, { exception: id });

  const capacity = STARTED['OPS-04'];
  const due = (capacity === undefined ? [] : closedAndOpen('OPS-04', capacity, days, holidays)).filter(
    ({ graceEnd, part }) => graceEnd < days.at(LENGTH_DAYS + 1, 0) && !part,
  );
  const excused = due.at(-1 - EXCUSED_AGE);
  const dueDay = excused === undefined ? undefined : Math.round((excused.due - days.at(0, 0)) / 86_400_000);
  return [
    ...(dueDay === undefined
      ? []
      : [
          request(dueDay - 12, 'x-capacity', 'yusuf', {
            control: 'OPS-04',
            from: days.date(dueDay - 4),
            to: days.date(dueDay + 4),
            reason:
              'The move to new machines doubles what there is; a review in this month would measure the old ones.',
          }),
          decide(dueDay - 8, 'x-capacity', 'aisha', 'approve'),
        ]),
    request(236, 'x-www-assets', 'pavel', {
      control: 'NET-03',
      item: 'bucket/www-assets',
      from: days.date(236),
      to: days.date(236 + 300),
      reason: 'It holds the pictures of the website and nothing else, and is public so that browsers can load them.',
    }),
    decide(238, 'x-www-assets', 'aisha', 'approve'),
    request(166, 'x-restore', 'yusuf', {
      control: 'BCM-04',
      from: days.date(166),
      to: days.date(166 + 60),
      reason: 'There is no time for a restore test before the release.',
    }),
    decide(168, 'x-restore', 'aisha', 'refuse'),
    request(LENGTH_DAYS - 12, 'x-ismael', 'noor', {
      control: 'END-02',
      item: 'laptop/ismael',
      from: days.date(LENGTH_DAYS - 12),
      to: days.date(LENGTH_DAYS + 20),
      reason: 'Ismael is on leave and the laptop is switched off; it cannot be repaired until he is back.',
    }),
  ];
}

/** Of the times that the capacity review was due and is over, the one that was excused, counted back from the last. */
export const EXCUSED_AGE = 3;

const FINDINGS_OF_DESIGN = [
  'Read against what the requirement asks: who does it, how often and what it leaves behind are named, and it would find what it is meant to find.',
  'Walked through with the owner on one real case; each step is where the description says it is.',
  'The description names the systems and the rule enforces it; nothing depends on somebody remembering.',
] as const;

export function designs(days: Days, dice: Dice): readonly Step[] {
  const evaluated = Object.keys(STARTED).filter((control) => dice.share('evaluated', control) < 0.72);
  return [
    ...evaluated.flatMap((control) => {
      const starts = STARTED[control]?.starts ?? 0;
      const day = days.working(starts + dice.between(24, 60, 'evaluated on', control));
      const id = `d-${control.toLowerCase()}`;
      return [
        act(
          `design ${control}`,
          days.at(day, 11 + dice.share('evaluated at', control) * 5),
          dice.pick(['clara', 'bram'], 'by', control),
          'design.evaluate',
          {
            id,
            control,
            evaluatedOn: days.date(day),
            finding: dice.pick(FINDINGS_OF_DESIGN, 'finding', control),
          },
        ),
        act(
          `design approved ${control}`,
          days.at(days.working(day + 2), 16 + dice.share('approved at', control)),
          'aisha',
          'design.approve',
          { evaluation: id },
        ),
      ];
    }),
    act('design returned', days.at(days.working(182), 11.7), 'bram', 'design.evaluate', {
      id: 'd-iam-04-monthly',
      control: 'IAM-04',
      evaluatedOn: days.date(days.working(182)),
      finding: 'Monthly reviews find the same three entries; nothing says what is done about them.',
    }),
    act('design returned by', days.at(days.working(187), 9.9), 'aisha', 'design.return', {
      evaluation: 'd-iam-04-monthly',
    }),
    act('design proposed', days.at(days.working(LENGTH_DAYS - 3, -1), 15.1), 'clara', 'design.evaluate', {
      id: 'd-ops-03-alerts',
      control: 'OPS-03',
      evaluatedOn: days.date(days.working(LENGTH_DAYS - 3, -1)),
      finding:
        'The console keeps each alert with who looked at it and when; the description should say what is done on days off.',
    }),
  ];
}

/** Somebody recorded the same review twice, and took one back. */
export function withdrawals(days: Days): readonly Step[] {
  const day = days.working(283);
  return [
    act('performance twice', days.at(day, 12.1), 'noor', 'performance.record', {
      control: 'VUL-01',
      at: printInstant(days.at(day, 11.9)),
      note: 'Scan of the week',
    }),
    {
      is: 'act',
      name: 'performance withdrawn',
      at: days.at(day, 12.1) + 25 * MINUTE,
      by: 'noor',
      act: 'performance.withdraw',
      input: { reason: 'Recorded twice: the scan of this week is there already.' },
      from: { step: 'performance twice', field: 'performance', as: 'performance' },
    },
  ];
}

/** Adviser and auditor see what they are given, and for a time. */
export function grants(days: Days, dice: Dice): readonly Step[] {
  const give = (
    day: number,
    id: string,
    by: Name,
    person: Name,
    programme: string,
    to: number,
    visible: readonly string[],
  ): Step =>
    act(`grant ${id}`, days.at(days.working(day), 11.1), by, 'grant.give', {
      id,
      person: personId(dice, person),
      programme,
      from: days.date(days.working(day)),
      to: days.date(to),
      visible,
    });
  const adviser = ['posture', 'controls', 'evidence', 'checks'];
  const auditor = ['posture', 'controls', 'evidence', 'performances', 'exceptions', 'checks', 'sources', 'documents'];
  return [
    give(22, 'g-clara-soc2', 'aisha', 'clara', 'soc2', LENGTH_DAYS + 120, adviser),
    give(129, 'g-clara-iso', 'aisha', 'clara', 'iso27001', LENGTH_DAYS + 120, adviser),
    give(332, 'g-edwin-soc2', 'ines', 'edwin', 'soc2', LENGTH_DAYS + 60, auditor),
  ];
}
