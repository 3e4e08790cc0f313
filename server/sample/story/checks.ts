/** Checks that the organisation wrote, as records; the day on which each is written, and later versions of it. */
export interface WrittenCheck {
  readonly id: string;
  readonly day: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly corrected?: { readonly day: number; readonly body: Readonly<Record<string, unknown>> };
}

const WEEKLY = 'P8D';

const state = (dataset: string, supports: readonly string[], rest: object): Readonly<Record<string, unknown>> => ({
  dataset,
  mode: 'state',
  supports,
  ...rest,
});
const events = (dataset: string, supports: readonly string[], rest: object): Readonly<Record<string, unknown>> => ({
  dataset,
  mode: 'events',
  supports,
  ...rest,
});

const backups = (passes: string, message: string) =>
  state('cloud/resources', ['BCM-03'], {
    title: 'Every production database is backed up',
    scope: 'it.environment == "production"',
    applies: 'it.kind == "database"',
    passes,
    message,
  });

/** For the first eight months one backup, however old, was enough: it was found when a restore test had nothing to restore. */
const BACKUPS_BEFORE = backups('it.backupDays > 0', '{id} has no backups');
const BACKUPS_AFTER = backups('it.backupDays >= 14', '{id} keeps backups for {backupDays} days; the policy says 14');

export const CHECKS: readonly WrittenCheck[] = [
  {
    id: 'mfa-for-everyone',
    day: 16,
    body: state('identity/people', ['IAM-05'], {
      title: 'Everyone signs in with a second factor',
      scope: 'it.kind == "person"',
      applies: 'it.status == "active"',
      passes: 'it.mfa',
      message: '{name} has no second factor',
    }),
  },
  {
    id: 'admins-use-security-keys',
    day: 16,
    body: state('identity/people', ['IAM-06'], {
      title: 'Administrators sign in with a security key',
      applies: 'it.admin && it.status == "active"',
      passes: 'it.factor == "security-key"',
      message: '{name} administers without a security key',
    }),
  },
  {
    id: 'leavers-have-no-account',
    day: 16,
    body: state('identity/people', ['IAM-03', 'HRS-07'], {
      title: 'Whoever has left has no active account',
      applies: 'has(it.leftOn)',
      passes: 'it.status != "active"',
      message: '{name} left on {leftOn} and can still sign in',
    }),
  },
  {
    id: 'access-approved',
    day: 20,
    body: events('tickets/requests', ['IAM-02'], {
      title: 'Access is granted after somebody else has approved it',
      applies: 'it.kind == "access"',
      passes: 'it.approver != "" && it.approver != it.requester',
      message: '{id}: {requester} was given {system} without the approval of another person',
    }),
  },
  {
    id: 'incidents-triaged',
    day: 58,
    body: events('tickets/requests', ['INC-03'], {
      title: 'Reported events are triaged within four hours',
      applies: 'it.kind == "incident"',
      passes: 'it.triagedMinutes <= 240',
      message: '{id} was triaged after {triagedMinutes} minutes',
      settles: 'PT8H',
    }),
  },
  {
    id: 'changes-reviewed',
    day: 16,
    body: events('code/pull-requests', ['CHG-01', 'CHG-02'], {
      title: 'Each change is approved by somebody other than its author',
      applies: 'it.base == "main"',
      passes: 'it.approvers.exists(person, person != it.author)',
      message: '{id} by {author} was merged without the approval of another person: {title}',
    }),
  },
  {
    id: 'static-analysis-passed',
    day: 58,
    body: events('code/pull-requests', ['CHG-05'], {
      title: 'Static analysis finds nothing open in what is merged',
      applies: 'it.base == "main"',
      passes: 'it.analysis == "clean"',
      message: '{id} was merged with static analysis {analysis}',
    }),
  },
  {
    id: 'tests-passed',
    day: 58,
    body: events('code/pull-requests', ['CHG-06'], {
      title: 'Tests have run without a failure before a merge',
      applies: 'it.base == "main"',
      passes: 'it.tests == "passed"',
      message: '{id} was merged with tests {tests}',
    }),
  },
  {
    id: 'main-branch-protected',
    day: 16,
    body: state('code/repositories', ['CHG-02', 'IAM-09'], {
      title: 'The main branch of every repository is protected',
      applies: '!it.archived',
      passes: 'it.protected && it.visibility == "private"',
      message: 'The main branch of {id} is not protected, or everybody can read it',
      freshness: WEEKLY,
    }),
  },
  {
    id: 'storage-encrypted',
    day: 18,
    body: state('cloud/resources', ['CRY-02'], {
      title: 'What is stored is encrypted',
      applies: 'it.kind in ["bucket", "database", "volume"]',
      passes: 'it.encrypted',
      message: '{id} is not encrypted',
    }),
  },
  {
    id: 'listeners-use-tls',
    day: 18,
    body: state('cloud/resources', ['CRY-03'], {
      title: 'Every public listener speaks TLS 1.2 or later',
      applies: 'it.kind == "listener"',
      passes: 'it.tls in ["1.2", "1.3"]',
      message: '{id} accepts TLS {tls}',
    }),
  },
  {
    id: 'nothing-public-by-accident',
    day: 59,
    body: state('cloud/resources', ['NET-03'], {
      title: 'No bucket, database or machine is open to the internet',
      applies: 'it.kind in ["bucket", "database", "instance"]',
      passes: '!it.public',
      message: '{id} is open to the internet',
    }),
  },
  {
    id: 'networks-separate',
    day: 59,
    body: state('cloud/resources', ['NET-02', 'CHG-07'], {
      title: 'Production shares no network with anything else',
      applies: 'it.kind == "network"',
      passes: '!it.peers.exists(peer, peer.startsWith("production") != (it.environment == "production"))',
      message: '{id} is joined to {peers}',
    }),
  },
  {
    id: 'no-drift',
    day: 60,
    body: state('cloud/resources', ['OPS-01'], {
      title: 'Resources are as their declaration says',
      scope: 'it.environment == "production"',
      applies: 'it.managed',
      passes: '!it.drifted',
      message: '{id} differs from its declaration',
    }),
  },
  {
    id: 'logs-kept',
    day: 60,
    body: state('cloud/resources', ['OPS-02'], {
      title: 'Logs of production are kept for a year, and cannot be changed',
      scope: 'it.environment == "production"',
      applies: 'it.kind == "log-store"',
      passes: 'it.retentionDays >= 365 && it.locked',
      message: '{id} keeps logs for {retentionDays} days, locked: {locked}',
    }),
  },
  {
    id: 'two-zones',
    day: 60,
    body: state('cloud/resources', ['BCM-06'], {
      title: 'Production databases and machines stand in two zones',
      scope: 'it.environment == "production"',
      applies: 'it.kind == "database"',
      passes: 'it.zones >= 2',
      message: '{id} stands in one zone',
    }),
  },
  {
    id: 'services-watched',
    day: 60,
    body: state('cloud/resources', ['OPS-05'], {
      title: 'Every public listener is probed, and somebody is called',
      applies: 'it.kind == "listener"',
      passes: 'it.probed && it.pages != ""',
      message: '{id} is not probed, or nobody is called when it does not answer',
    }),
  },
  {
    id: 'tenants-apart',
    day: 61,
    body: state('cloud/resources', ['IAM-08'], {
      title: 'Row security is on wherever tenants share a table',
      scope: 'it.environment == "production"',
      applies: 'it.kind == "database" && it.holdsCustomers',
      passes: 'it.rowSecurity',
      message: '{id} holds customers’ rows without row security',
    }),
  },
  {
    id: 'keys-rotated',
    day: 61,
    body: state('cloud/resources', ['IAM-07'], {
      title: 'Keys are rotated within 180 days',
      applies: 'it.kind == "key"',
      passes: 'now - timestamp(it.rotatedAt) < duration("4320h")',
      message: '{id} was last rotated at {rotatedAt}',
    }),
  },
  { id: 'databases-backed-up', day: 18, body: BACKUPS_BEFORE, corrected: { day: 249, body: BACKUPS_AFTER } },
  {
    id: 'disks-encrypted',
    day: 24,
    body: state('endpoints/devices', ['END-01'], {
      title: 'Disks of laptops are encrypted',
      scope: 'it.kind == "laptop"',
      passes: 'it.diskEncrypted',
      message: 'The disk of {id}, used by {user}, is not encrypted',
      freshness: WEEKLY,
    }),
  },
  {
    id: 'systems-current',
    day: 24,
    body: state('endpoints/devices', ['END-01'], {
      title: 'Laptops run a system that still gets updates',
      scope: 'it.kind == "laptop"',
      passes: 'it.updatesPending <= 2',
      message: '{id} lacks {updatesPending} security updates',
      freshness: WEEKLY,
    }),
  },
  {
    id: 'malware-agent-runs',
    day: 62,
    body: state('endpoints/devices', ['END-02'], {
      title: 'The malware agent runs on every laptop',
      scope: 'it.kind == "laptop"',
      passes: 'it.agent == "running"',
      message: 'The agent on {id} is {agent}',
      freshness: WEEKLY,
    }),
  },
  {
    id: 'screens-lock',
    day: 244,
    body: state('endpoints/devices', ['PHY-05'], {
      title: 'Screens lock after ten minutes at most',
      passes: 'it.lockMinutes <= 10',
      message: '{id} locks after {lockMinutes} minutes',
      freshness: WEEKLY,
    }),
  },
  {
    id: 'vulnerabilities-mended-in-time',
    day: 26,
    body: state('scanner/findings', ['VUL-02'], {
      title: 'Vulnerabilities are mended in the time that the policy gives',
      applies: 'it.severity in ["critical", "high"]',
      passes: 'now - timestamp(it.firstSeen) < (it.severity == "critical" ? duration("168h") : duration("720h"))',
      message: '{id} in {component} ({severity}) is open since {firstSeen}',
      freshness: WEEKLY,
    }),
  },
];
