import type { Found, Machine } from './machine.ts';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** What /etc/shadow says of one account; never the hash. */
export interface Shadow {
  /** `none`: anyone may sign in without a password; `locked`: no password fits. */
  readonly password: 'set' | 'locked' | 'none';
  readonly hashMethod?: string;
  readonly changedOn?: string;
  readonly maxDays?: number;
  readonly expiresOn?: string;
}

const methods: Readonly<Record<string, string>> = {
  '1': 'md5',
  '2a': 'bcrypt',
  '2b': 'bcrypt',
  '2y': 'bcrypt',
  '5': 'sha256',
  '6': 'sha512',
  y: 'yescrypt',
  gy: 'gost-yescrypt',
  '7': 'scrypt',
};

/** The accounts of /etc/passwd; undefined where it cannot be read. Fields from passwd(5). */
export function accountsIn(passwd: Found): readonly Account[] | undefined {
  if (passwd.is !== 'text') return undefined;
  return rows(passwd.text).flatMap(([name = '', , uid = '', gid = '', , home = '', shell = '']) =>
    name === '' || !/^\d+$/.test(uid) ? [] : [{ name, uid: Number(uid), gid: Number(gid), home, shell }],
  );
}

/** What /etc/shadow says by account name; undefined where it cannot be read. Fields from shadow(5). */
export function shadowsIn(shadow: Found): ReadonlyMap<string, Shadow> | undefined {
  if (shadow.is !== 'text') return undefined;
  return new Map(
    rows(shadow.text).map(([name = '', hash = '', changed = '', , max = '', , , expires = '']) => {
      const method = /^\$([^$]+)\$/.exec(hash)?.[1];
      const one: Shadow = {
        password: hash === '' ? 'none' : /^[!*]/.test(hash) ? 'locked' : 'set',
        ...(method === undefined ? {} : { hashMethod: methods[method] ?? method }),
        ...(/^[1-9]\d*$/.test(changed) ? { changedOn: dayNumbered(changed) } : {}),
        ...(/^\d+$/.test(max) ? { maxDays: Number(max) } : {}),
        ...(/^\d+$/.test(expires) ? { expiresOn: dayNumbered(expires) } : {}),
      };
      return [name, one];
    }),
  );
}

/** Group names by user name, the primary group included. */
export function groupsIn(
  group: Found,
  accounts: readonly Account[],
): ReadonlyMap<string, readonly string[]> | undefined {
  if (group.is !== 'text') return undefined;
  const groups = rows(group.text).map(([name = '', , gid = '', members = '']) => ({
    name,
    gid,
    members: members.split(','),
  }));
  return new Map(
    accounts.map((account) => [
      account.name,
      groups
        .filter(({ gid, members }) => Number(gid) === account.gid || members.includes(account.name))
        .map(({ name }) => name),
    ]),
  );
}

/** Places other than files that accounts come from (nsswitch.conf); systemd's are transient service accounts. */
export async function otherDirectories(machine: Machine): Promise<readonly string[]> {
  const found = await machine.read('/etc/nsswitch.conf');
  const line = found.is === 'text' ? /^passwd:(.*)$/m.exec(found.text)?.[1] : undefined;
  const sources = (line ?? '').replace(/\[[^\]]*\]/g, ' ').split(/\s+/);
  return sources.filter((source) => source !== '' && !['files', 'compat', 'systemd'].includes(source));
}

function rows(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));
}

function dayNumbered(days: string): string {
  const moment = new Date(Number(days) * 86_400_000);
  return Number.isNaN(moment.getTime()) ? 'unknown' : moment.toISOString().slice(0, 10);
}
