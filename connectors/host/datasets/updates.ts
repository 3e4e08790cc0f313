import type { Dataset, Piece } from '../../kit/connector.ts';
import type { Machine } from '../machine.ts';
import { gap, hostDataset, item, known } from '../reading.ts';
import type { MachineFor, Reader } from '../reading.ts';

interface Pending {
  readonly package: string;
  readonly available: string;
  readonly installed?: string;
  readonly security: boolean;
}

/** Pending updates by the package lists that are here: no network is used, so how old the lists are is a fact too. */
export const readUpdates: Reader = async (machine) => {
  const said = (await fromApt(machine)) ?? (await fromDnf(machine));
  return said ?? [gap('neither apt nor dnf is on this machine, so pending updates are not known')];
};

async function fromApt(machine: Machine): Promise<readonly Piece[] | undefined> {
  const ran = await machine.run('apt', 'list', '--upgradable');
  if (ran.is === 'missing') return undefined;
  if (ran.code !== 0) return [gap(`apt could not list updates: ${ran.err.slice(0, 200)}`)];
  const lists = (await machine.list('/var/lib/apt/lists'))?.filter((name) => /_(InRelease|Release)$/.test(name)) ?? [];
  if (lists.length === 0)
    return [gap('there are no package lists on this machine (apt update was never run, or they were removed)')];
  // A list keeps the time at which its server published it, so the latest is no later than the last update was.
  const stamps = ['/var/lib/apt/periodic/update-success-stamp', ...lists.map((name) => `/var/lib/apt/lists/${name}`)];
  const moments = (await Promise.all(stamps.map((path) => machine.changedAt(path)))).filter((at) => at !== undefined);
  const pending = ran.out.split('\n').flatMap((line): Pending[] => {
    const [, name, suites = '', available = '', , installed] =
      /^([^/\s]+)\/(\S+) (\S+) (\S+) \[upgradable from: ([^\]]+)\]/.exec(line) ?? [];
    if (name === undefined) return [];
    return [
      {
        package: name,
        available,
        ...(installed === undefined ? {} : { installed }),
        security: /-security\b|\bsecurity\b/.test(suites),
      },
    ];
  });
  return told(
    'apt',
    pending,
    moments.sort().at(-1),
    lists.some((name) => /security/.test(name)),
  );
}

async function fromDnf(machine: Machine): Promise<readonly Piece[] | undefined> {
  const all = await machine.run('dnf', '--cacheonly', '--quiet', 'list', '--upgrades');
  if (all.is === 'missing') return undefined;
  const advisories = await machine.run('dnf', '--cacheonly', '--quiet', 'updateinfo', 'list', '--security');
  if (all.code !== 0 && !/No matching packages/i.test(all.err))
    return [gap(`dnf could not list updates: ${all.err.slice(0, 200)}`)];
  if (advisories.is === 'missing' || advisories.code !== 0)
    return [gap('dnf could not tell which updates are about security')];
  const security = advisories.out;
  const pending = all.out.split('\n').flatMap((line): Pending[] => {
    const [, name, arch = '', available = ''] =
      /^(\S+)\.(x86_64|aarch64|noarch|i686|s390x|ppc64le)\s+(\S+)\s+\S+$/.exec(line.trim()) ?? [];
    if (name === undefined) return [];
    return [
      { package: name, available, security: security.includes(`${name}-${available.replace(/^\d+:/, '')}.${arch}`) },
    ];
  });
  const caches = (await machine.list('/var/cache/dnf')) ?? [];
  const moments = await Promise.all(caches.map((name) => machine.changedAt(`/var/cache/dnf/${name}`)));
  return told(
    'dnf',
    pending,
    moments
      .filter((at) => at !== undefined)
      .sort()
      .at(-1),
    true,
  );
}

function told(
  manager: string,
  pending: readonly Pending[],
  listsAt: string | undefined,
  hasSecurityList: boolean,
): readonly Piece[] {
  const seen = new Set<string>();
  const once = pending.filter((one) => !seen.has(one.package) && seen.add(one.package));
  const pendingSecurity = hasSecurityList ? once.filter(({ security }) => security).length : undefined;
  return [
    ...(hasSecurityList
      ? []
      : [gap('no list of security updates is configured, so which updates are about security is not known')]),
    item('summary', known({ kind: 'summary', manager, pending: once.length, pendingSecurity, listsAt })),
    ...once.map((one) => item(`package:${one.package}`, { kind: 'package', manager, ...one })),
  ];
}

/** What waits to be installed. */
export function updates(machineFor?: MachineFor): Dataset {
  return hostDataset(
    'updates',
    'pending package updates by the lists on this machine (apt or dnf); no network is used',
    {
      kind: '"summary" for the machine, "package" for a package with an update',
      manager: 'apt or dnf',
      pending: 'how many packages have an update (summary)',
      pendingSecurity: 'how many of them about security (summary); absent where the lists do not tell',
      listsAt:
        'when the newest package list was published or fetched (summary, RFC 3339); the last update was not earlier',
      package: 'name of the package',
      installed: 'version that is installed (apt)',
      available: 'version that is available',
      security: 'whether the update comes from a security list',
    },
    readUpdates,
    machineFor,
  );
}
