import { printInstant, weekday } from '@countersign/core/kernel/index.ts';
import type { Days } from '../days.ts';
import { LENGTH_DAYS } from '../days.ts';
import type { Dice } from '../dice.ts';
import type { Name } from './people.ts';
import { isThere, memberOf, NAMES } from './people.ts';

/** One thing a system tells of: data of it is a JSON object. */
export interface Item {
  readonly id: string;
  readonly at?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a system holds, and when it is asked. */
export interface System {
  readonly source: string;
  readonly dataset: string;
  readonly mode: 'state' | 'events';
  /** The first day on which it is collected. */
  readonly since: number;
  /** Elapsed hours after the day began. */
  readonly hour: number;
  isCollected(day: number): boolean;
  /** Days on which only a part of it could be read. */
  readonly partial?: readonly number[];
  /** Days whose collection was recorded so many days later. */
  readonly belated?: Readonly<Record<number, number>>;
  /** State: what there is on the day. Events: what happened on the day. */
  items(day: number): readonly Item[];
}

/** A field that is other than usual on some days, both included. */
interface Episode {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const TODAY = LENGTH_DAYS;
const MONDAY = 1;
const WEDNESDAY = 3;

function withEpisodes(items: readonly Item[], episodes: readonly Episode[], day: number): readonly Item[] {
  const now = episodes.filter(({ from, to }) => from <= day && day <= to);
  if (now.length === 0) return items;
  return items.map((item) =>
    now.filter(({ id }) => id === item.id).reduce((is, { data }) => ({ ...is, data: { ...is.data, ...data } }), item),
  );
}

export const emailOf = (name: Name): string => `${name}@example.com`;

const ADMINISTRATORS: readonly Name[] = ['tomas', 'noor', 'pavel', 'yusuf'];

const IN_THE_DIRECTORY: readonly Episode[] = [
  { id: emailOf('yusuf'), from: 0, to: 74, data: { factor: 'authenticator' } },
  { id: emailOf('joao'), from: 268, to: 275, data: { factor: 'authenticator' } },
  { id: emailOf('hana'), from: 140, to: 147, data: { mfa: false, factor: 'none' } },
  { id: emailOf('georg'), from: 290, to: 291, data: { mfa: false, factor: 'none' } },
  // Changed his telephone, and the second factor went with the old one.
  { id: emailOf('lars'), from: TODAY - 2, to: TODAY, data: { mfa: false, factor: 'none' } },
];

/** Days after the last one at work on which an account was still open. */
const STILL_OPEN: Partial<Record<Name, number>> = { owen: 9 };

/** The directory of people, and a few accounts that are nobody's. */
export function identity(days: Days, dice: Dice): System {
  const people = (day: number): readonly Item[] =>
    NAMES.flatMap((name): readonly Item[] => {
      const member = memberOf(name);
      if (member.isOutside === true || (member.joins ?? 0) > day) return [];
      const { leaves } = member;
      const hasLeft = leaves !== undefined && day > leaves;
      const isOpen = !hasLeft || day <= leaves + (STILL_OPEN[name] ?? 0);
      const isNew = member.joins !== undefined && day < member.joins + dice.between(1, 3, 'second factor', name);
      const isAdmin =
        ADMINISTRATORS.includes(name) || (name === 'greta' && day <= 268) || (name === 'joao' && day >= 268);
      const hasFactor = !isNew && name !== 'colin';
      return [
        {
          id: emailOf(name),
          data: {
            kind: 'person',
            name: member.name,
            title: member.title,
            status: isOpen ? 'active' : 'suspended',
            admin: isAdmin,
            mfa: hasFactor,
            factor: hasFactor ? (isAdmin ? 'security-key' : 'authenticator') : 'none',
            ...(hasLeft ? { leftOn: days.date(leaves) } : {}),
          },
        },
      ];
    });
  const services = ['build', 'backup', 'status-page'].map((name) => ({
    id: `svc-${name}@example.com`,
    data: {
      kind: 'service',
      name: `Service account ${name}`,
      status: 'active',
      admin: false,
      mfa: false,
      factor: 'none',
    },
  }));
  return {
    source: 'identity',
    dataset: 'people',
    mode: 'state',
    since: 17,
    hour: 2.2,
    // The directory's token had lapsed, and nobody looked for four days.
    isCollected: (day) => day < 197 || day > 200,
    items: (day) => withEpisodes([...people(day), ...services], IN_THE_DIRECTORY, day),
  };
}

const IN_THE_CLOUD: readonly Episode[] = [
  { id: 'bucket/exports', from: 77, to: 83, data: { encrypted: false } },
  { id: 'bucket/www-assets', from: 236, to: TODAY, data: { public: true } },
  { id: 'instance/build-07', from: 301, to: 302, data: { public: true } },
  { id: 'listener/legacy-api', from: 0, to: 49, data: { tls: '1.0' } },
  { id: 'network/staging', from: 188, to: 190, data: { peers: ['production-core'] } },
  { id: 'instance/app-11', from: 140, to: 142, data: { drifted: true } },
  { id: 'database/production-planning', from: 334, to: 334, data: { drifted: true } },
  { id: 'listener/api', from: 402, to: 404, data: { drifted: true } },
  { id: 'log-store/audit', from: 0, to: 91, data: { retentionDays: 90 } },
  { id: 'database/production-reporting', from: 0, to: 118, data: { zones: 1 } },
  { id: 'database/production-events', from: 0, to: 251, data: { backupDays: 1 } },
  { id: 'listener/status', from: TODAY - 2, to: TODAY, data: { probed: false } },
];

/** Days on which each key is rotated; before the first, it was long before the story. */
const ROTATIONS: Readonly<Record<string, readonly number[]>> = {
  'key/signing': [-60, 131, 290, 401],
  'key/webhooks': [-20, 122, 261, 388],
  'key/exports': [-90, 60, 204, 351],
  'key/payments': [-45, 99, 247, 395],
  'key/mail': [-10, 151, 299],
  'key/analytics': [-75, 77, 229, 366],
};

const two = (n: number): string => String(n).padStart(2, '0');

function resources(days: Days, day: number): readonly Item[] {
  const usual = { managed: true, drifted: false };
  const production = { ...usual, environment: 'production' };
  const staging = { ...usual, environment: 'staging' };
  const database = (name: string, rest: object): Item => ({
    id: `database/${name}`,
    data: {
      kind: 'database',
      encrypted: true,
      public: false,
      backupDays: 30,
      zones: 2,
      holdsCustomers: true,
      rowSecurity: true,
      ...rest,
    },
  });
  const databases = [
    database('production-ledger', production),
    database('production-planning', production),
    database('production-reporting', production),
    ...(day < 210 ? [] : [database('production-events', production)]),
    database('staging-planning', { ...staging, backupDays: 0, zones: 1, holdsCustomers: false }),
    database('staging-analytics', { ...staging, backupDays: 0, zones: 1, holdsCustomers: false }),
  ];
  const buckets = [
    'exports',
    'uploads',
    'backups',
    'invoices',
    'audit-trail',
    'www-assets',
    'build-cache',
    'images',
  ].map((name): Item => ({
    id: `bucket/${name}`,
    data: { ...production, kind: 'bucket', encrypted: true, public: false, versioned: name !== 'build-cache' },
  }));
  const instances = Array.from({ length: 18 + Math.floor(day / 60) }, (_, i): Item => {
    const name = i < 12 ? `app-${two(i + 1)}` : `build-${two(i - 11)}`;
    return { id: `instance/${name}`, data: { ...production, kind: 'instance', public: false, image: imageOf(day) } };
  });
  const volumes = Array.from({ length: 14 }, (_, i): Item => ({
    id: `volume/v-${two(i + 1)}`,
    data: { ...production, kind: 'volume', encrypted: true },
  }));
  const listeners = ['api', 'app', 'legacy-api', 'webhooks', 'status', 'sso'].map((name): Item => ({
    id: `listener/${name}`,
    data: { ...production, kind: 'listener', tls: '1.3', probed: true, pages: 'platform' },
  }));
  const networks = ['production-core', 'production-edge', 'staging', 'office'].map((name): Item => ({
    id: `network/${name}`,
    data: { ...(name.startsWith('production') ? production : staging), kind: 'network', peers: [] },
  }));
  const logs = ['audit', 'requests', 'flow'].map((name): Item => ({
    id: `log-store/${name}`,
    data: { ...production, kind: 'log-store', retentionDays: 400, locked: true },
  }));
  const keys = Object.entries(ROTATIONS).map(([id, rotations]): Item => ({
    id,
    data: {
      ...production,
      kind: 'key',
      rotatedAt: printInstant(days.at(rotations.findLast((rotated) => rotated <= day) ?? 0, 10)),
    },
  }));
  return [...databases, ...buckets, ...instances, ...volumes, ...listeners, ...networks, ...logs, ...keys];
}

const imageOf = (day: number): string => `base-${two(1 + Math.floor(day / 30))}`;

export function cloud(days: Days): System {
  return {
    source: 'cloud',
    dataset: 'resources',
    mode: 'state',
    since: 19,
    hour: 2.5,
    isCollected: (day) => day !== 333,
    // One region did not answer.
    partial: [214, 215],
    items: (day) => withEpisodes(resources(days, day), IN_THE_CLOUD, day),
  };
}

const ON_LAPTOPS: readonly Episode[] = [
  { id: 'laptop/marit', from: 187, to: 193, data: { diskEncrypted: false } },
  { id: 'laptop/theo', from: 60, to: 73, data: { updatesPending: 5 } },
  { id: 'laptop/beatriz', from: 221, to: 228, data: { updatesPending: 4 } },
  { id: 'laptop/alma', from: 330, to: 336, data: { agent: 'out of date' } },
  { id: 'laptop/ismael', from: TODAY - 30, to: TODAY, data: { agent: 'stopped' } },
];

/** Laptops and the screens of meeting rooms, as the agent on them tells once a week. */
export function endpoints(days: Days, dice: Dice): System {
  const laptops = (day: number): readonly Item[] =>
    NAMES.filter((name) => memberOf(name).isOutside !== true && isThere(memberOf(name), day)).map((name) => ({
      id: `laptop/${name}`,
      data: {
        kind: 'laptop',
        user: memberOf(name).name,
        system: dice.pick(['macOS 15', 'macOS 15', 'Ubuntu 24.04', 'Windows 11'], 'system', name),
        diskEncrypted: true,
        updatesPending: dice.between(0, 2, 'updates', name, Math.floor(day / 7)),
        agent: 'running',
        lockMinutes: dice.pick([5, 5, 10], 'lock', name),
      },
    }));
  const rooms = ['atlas', 'borneo', 'crete'].map((room) => ({
    id: `room/${room}`,
    data: { kind: 'meeting-room', lockMinutes: 5 },
  }));
  return {
    source: 'endpoints',
    dataset: 'devices',
    mode: 'state',
    since: 25,
    hour: 6.1,
    // The agent's service moved, and nothing has come since: two Mondays are missing.
    isCollected: (day) => weekday(days.date(day)) === MONDAY && day < TODAY - 9,
    items: (day) => withEpisodes([...laptops(day), ...rooms], ON_LAPTOPS, day),
  };
}

const COMPONENTS = ['api', 'planner', 'web', 'reports', 'base image', 'ingest', 'mailer'] as const;
const FIRST_VULNERABILITY_DAY = -50;

interface Found {
  readonly id: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  readonly component: string;
  readonly first: number;
  readonly mended: number;
}

/** Vulnerabilities with the days on which they are first and no more seen. Identifiers are invented. */
function vulnerabilities(dice: Dice): readonly Found[] {
  const found: Found[] = [];
  for (let day = FIRST_VULNERABILITY_DAY; day <= TODAY; day += 1) {
    for (let n = 0; n < dice.between(0, 2, 'new findings', day); n += 1) {
      const name = [day, n] as const;
      const share = dice.share('severity', ...name);
      const severity = share < 0.05 ? 'critical' : share < 0.3 ? 'high' : share < 0.7 ? 'medium' : 'low';
      const [least, most] = { critical: [1, 5], high: [3, 26], medium: [12, 70], low: [25, 120] }[severity] as [
        number,
        number,
      ];
      found.push({
        id: `EX-${2000 + day * 3 + n}`,
        severity,
        component: dice.pick(COMPONENTS, 'component', ...name),
        first: day,
        mended: day + dice.between(least, most, 'mended', ...name),
      });
    }
  }
  // Waited for a release of a library, once, and does so again.
  found.push({ id: 'EX-9001', severity: 'high', component: 'reports', first: 152, mended: 199 });
  found.push({ id: 'EX-9002', severity: 'high', component: 'base image', first: TODAY - 39, mended: TODAY + 30 });
  return found;
}

export function scanner(days: Days, dice: Dice): System {
  const all = vulnerabilities(dice);
  return {
    source: 'scanner',
    dataset: 'findings',
    mode: 'state',
    since: 27,
    hour: 4.4,
    isCollected: (day) => weekday(days.date(day)) === WEDNESDAY,
    belated: Object.fromEntries([161, 162, 163, 164, 165, 166, 167].map((day) => [day, 9])),
    items: (day) =>
      all
        .filter(({ first, mended }) => first <= day && day < mended)
        .map(({ id, severity, component, first }) => ({
          id,
          data: { severity, component, firstSeen: printInstant(days.at(first, 4)) },
        })),
  };
}

const DEVELOPERS = [
  'anouk',
  'ravi',
  'sofia',
  'kwame',
  'elif',
  'luka',
  'marit',
  'theo',
  'hana',
  'diego',
  'freya',
  'jonas',
  'priya',
  'oskar',
  'pavel',
  'yusuf',
] as const satisfies readonly Name[];

const VERBS = ['Fix', 'Add', 'Speed up', 'Simplify', 'Rename', 'Test', 'Remove', 'Document'] as const;
const THINGS = [
  'rounding of totals',
  'the import of statements',
  'paging of forecasts',
  'the retry of webhooks',
  'the budget editor',
  'roles in the API',
  'currency symbols',
  'the audit trail page',
  'the export to spreadsheets',
  'session expiry',
  'the nightly summary',
  'alerts of the queue',
] as const;

/** Days on which a change went in at night with nobody to look at it. */
const UNREVIEWED: readonly number[] = [83, 190, 301];

export function pullRequests(days: Days, dice: Dice): System {
  const there = (day: number): readonly Name[] => DEVELOPERS.filter((name) => isThere(memberOf(name), day));
  const numberOn = (day: number): number => (days.isWorking(day) ? dice.between(3, 8, 'changes', day) : 0);
  let counted = 1204;
  const firstNumber = new Map<number, number>();
  for (let day = FIRST_CHANGES_DAY; day <= TODAY; day += 1) {
    firstNumber.set(day, counted);
    counted += numberOn(day) + (UNREVIEWED.includes(day) ? 1 : 0);
  }
  const change = (day: number, n: number): Item => {
    const name = [day, n] as const;
    const [first = 'oskar', ...others] = there(day);
    const author = dice.pick([first, ...others], 'author', ...name);
    const [reviewer = 'oskar', ...reviewers] = there(day).filter((one) => one !== author);
    const approver = dice.pick([reviewer, ...reviewers], 'approver', ...name);
    const analysis = day === 176 && n === 1 ? '2 findings open' : 'clean';
    return {
      id: `#${(firstNumber.get(day) ?? 0) + n}`,
      at: printInstant(days.at(day, 9 + dice.share('merged', ...name) * 8.5)),
      data: {
        title: `${dice.pick(VERBS, 'verb', ...name)} ${dice.pick(THINGS, 'thing', ...name)}`,
        repository: dice.pick(['api', 'api', 'web', 'planner', 'platform'], 'repository', ...name),
        base: 'main',
        author: emailOf(author),
        approvers: [emailOf(approver)],
        analysis,
        tests: 'passed',
        lines: dice.between(3, 420, 'lines', ...name),
      },
    };
  };
  const unreviewed = (day: number): Item => ({
    id: `#${(firstNumber.get(day) ?? 0) + numberOn(day)}`,
    at: printInstant(days.at(day, 23.2)),
    data: {
      title: 'Roll back the queue’s client: messages are stuck',
      repository: 'platform',
      base: 'main',
      author: emailOf('yusuf'),
      approvers: [],
      analysis: 'clean',
      tests: 'passed',
      lines: 12,
    },
  });
  return {
    source: 'code',
    dataset: 'pull-requests',
    mode: 'events',
    since: 17,
    hour: 2.6,
    isCollected: () => true,
    partial: [95, 96],
    items: (day) => [
      ...Array.from({ length: numberOn(day) }, (_, n) => change(day, n)),
      ...(UNREVIEWED.includes(day) ? [unreviewed(day)] : []),
    ],
  };
}

/** Changes before the story are asked for too, when the code host is connected. */
const FIRST_CHANGES_DAY = -30;

export function repositories(days: Days): System {
  const names = ['api', 'web', 'planner', 'platform', 'handbook', 'old-website'];
  return {
    source: 'code',
    dataset: 'repositories',
    mode: 'state',
    since: 17,
    hour: 2.7,
    isCollected: (day) => weekday(days.date(day)) === MONDAY || day === 17,
    items: (day) =>
      withEpisodes(
        names.map((name) => ({
          id: `repository/${name}`,
          data: { protected: true, visibility: 'private', archived: name === 'old-website' },
        })),
        [{ id: 'repository/platform', from: 17, to: 44, data: { protected: false } }],
        day,
      ),
  };
}

/** Days with an incident, the minutes until it was triaged, and what happened. */
export const INCIDENTS: readonly { readonly day: number; readonly minutes: number; readonly says: string }[] = [
  { day: 71, minutes: 35, says: 'A customer saw an error page for twenty minutes' },
  { day: 112, minutes: 20, says: 'A laptop was left in a train; its disk was encrypted' },
  { day: 149, minutes: 64, says: 'Forecasts were late: a queue stood still' },
  { day: 205, minutes: 410, says: 'An invoice was sent to the wrong address' },
  { day: 244, minutes: 15, says: 'A restore test found no usable backup of a new database' },
  { day: 301, minutes: 12, says: 'Messages were stuck after a release' },
  { day: 352, minutes: 48, says: 'Somebody tried many passwords at the sign-in page' },
  { day: 389, minutes: 27, says: 'A report showed another month than it said' },
  { day: TODAY - 8, minutes: 31, says: 'Mail to two customers bounced for a day' },
];

export const incidentId = (n: number): string => `INC-${101 + n}`;

const SYSTEMS = ['warehouse', 'admin console', 'log search', 'billing', 'support desk', 'cloud console'] as const;

/** Days on which somebody was given access that nobody had approved. */
const UNAPPROVED: readonly number[] = [101, 260];

export function tickets(days: Days, dice: Dice): System {
  const access = (day: number): readonly Item[] => {
    const number = days.isWorking(day) ? dice.between(0, 2, 'access', day) : 0;
    const requests = Math.max(number, UNAPPROVED.includes(day) ? 1 : 0);
    return Array.from({ length: requests }, (_, n) => {
      const [first = 'oskar', ...others] = DEVELOPERS.filter((name) => isThere(memberOf(name), day));
      const requester = dice.pick([first, ...others], 'requester', day, n);
      const approver = dice.pick<Name>(['aisha', 'tomas', 'noor'], 'approver', day, n);
      const isApproved = !(UNAPPROVED.includes(day) && n === 0);
      return {
        id: `ACC-${1000 + (day + 30) * 3 + n}`,
        at: printInstant(days.at(day, 9.5 + dice.share('asked', day, n) * 7)),
        data: {
          kind: 'access',
          system: dice.pick(SYSTEMS, 'system', day, n),
          requester: emailOf(requester),
          approver: isApproved ? emailOf(approver) : '',
        },
      };
    });
  };
  const incidents = (day: number): readonly Item[] =>
    INCIDENTS.flatMap((incident, n) =>
      incident.day === day
        ? [
            {
              id: incidentId(n),
              at: printInstant(days.at(day, 11)),
              data: { kind: 'incident', summary: incident.says, triagedMinutes: incident.minutes },
            },
          ]
        : [],
    );
  return {
    source: 'tickets',
    dataset: 'requests',
    mode: 'events',
    since: 21,
    hour: 2.8,
    isCollected: () => true,
    items: (day) => [...access(day), ...incidents(day)],
  };
}

export const systemsOf = (days: Days, dice: Dice): readonly System[] => [
  identity(days, dice),
  cloud(days),
  endpoints(days, dice),
  scanner(days, dice),
  pullRequests(days, dice),
  repositories(days),
  tickets(days, dice),
];
