import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { Data } from '../kit/connector.ts';
import { readAll } from '../kit/reading.ts';
import type { Reading } from '../kit/reading.ts';
import { hostConnector } from './connector.ts';
import { connector } from './index.ts';
import type { Found, Machine, Ran } from './machine.ts';

interface Made {
  readonly files?: Readonly<Record<string, string | 'denied'>>;
  readonly folders?: Readonly<Record<string, readonly string[]>>;
  readonly changed?: Readonly<Record<string, string>>;
  readonly programs?: Readonly<Record<string, string | Ran>>;
}

const denied = 'denied';

function madeMachine({ files = {}, folders = {}, changed = {}, programs = {} }: Made): Machine {
  return {
    async read(path): Promise<Found> {
      const text = files[path];
      if (text === undefined) return { is: 'missing' };
      return text === denied ? { is: 'unreadable', why: `no permission to read ${path}` } : { is: 'text', text };
    },
    list: async (folder) => folders[folder],
    changedAt: async (path) => changed[path],
    async run(program, ...args): Promise<Ran> {
      const said = programs[[program, ...args].join(' ')] ?? programs[program];
      if (said === undefined) return { is: 'missing' };
      return typeof said === 'string' ? { is: 'ran', code: 0, out: said, err: '' } : said;
    },
  };
}

const session = {
  settings: {},
  secrets: {},
  workFolder: tmpdir(),
  localAllowed: true,
  signal: new AbortController().signal,
};

const read = (dataset: string, made: Made): Promise<Reading> =>
  readAll(
    hostConnector(() => madeMachine(made)),
    dataset,
    session,
    '2026-03-01T00:00:00Z',
  );

const dataOf = ({ items }: Reading, id: string): Data | undefined => items.find((item) => item.id === id)?.data;
const failed = (err: string): Ran => ({ is: 'ran', code: 1, out: '', err });

const accounts = {
  '/etc/passwd':
    'root:x:0:0:root:/root:/bin/bash\nada:x:1001:1001::/home/ada:/bin/zsh\nweb:x:33:33::/var/www:/usr/sbin/nologin\n',
  '/etc/group': 'root:x:0:\nsudo:x:27:ada\nada:x:1001:\nweb:x:33:\n',
  '/etc/shadow': 'root:*:20000:0:99999:7:::\nada:$y$j9T$salt$hash:20463:0:90:7::20819:\nweb::20000:0:99999:7:::\n',
  '/etc/sudoers': '%sudo ALL=(ALL:ALL) ALL\n',
};

describe('users', () => {
  it('says what passwd, group, shadow and sudoers know, and never a hash', async () => {
    const reading = await read('users', { files: accounts });

    expect(reading.gaps).toEqual([]);
    expect(dataOf(reading, 'ada')).toEqual({
      name: 'ada',
      uid: 1001,
      shell: '/bin/zsh',
      home: '/home/ada',
      isPerson: true,
      canLogin: true,
      groups: ['sudo', 'ada'],
      sudoer: true,
      password: 'set',
      hashMethod: 'yescrypt',
      passwordChangedOn: '2026-01-10',
      passwordMaxDays: 90,
      expiresOn: '2027-01-01',
    });
    expect(dataOf(reading, 'web')).toMatchObject({ canLogin: false, password: 'none', sudoer: false });
    expect(dataOf(reading, 'root')).toMatchObject({ password: 'locked' });
    expect(JSON.stringify(reading)).not.toContain('salt');
  });

  it('leaves out what it may not read, and says so', async () => {
    const reading = await read('users', { files: { ...accounts, '/etc/shadow': denied, '/etc/sudoers': denied } });

    expect(reading.gaps).toHaveLength(2);
    expect(Object.keys(dataOf(reading, 'ada') ?? {})).not.toContain('password');
    expect(Object.keys(dataOf(reading, 'ada') ?? {})).not.toContain('sudoer');
  });

  it('names directories that it does not read', async () => {
    const reading = await read('users', {
      files: { ...accounts, '/etc/nsswitch.conf': 'passwd: files [!NOTFOUND=return] sss systemd\n' },
    });

    expect(reading.gaps.map(({ reason }) => reason.includes('"sss"'))).toEqual([true]);
  });
});

describe('sudoers', () => {
  it('reads rules, aliases, tags, continued lines and included files', async () => {
    const reading = await read('sudoers', {
      files: {
        '/etc/sudoers': [
          'Defaults env_reset, secure_path="/usr/bin" # a remark',
          'User_Alias ADMINS = ada, \\',
          '  bo',
          'ADMINS ALL = (root) /usr/bin/systemctl restart web, \\',
          '  NOPASSWD: /usr/bin/journalctl',
          '#1005 ALL=(ALL) ALL',
          '@includedir /etc/sudoers.d',
        ].join('\n'),
        '/etc/sudoers.d/deploy': 'deploy ALL=(ALL) NOPASSWD:ALL\n',
        '/etc/sudoers.d/old.bak': 'eve ALL=(ALL) ALL\n',
      },
      folders: { '/etc/sudoers.d': ['deploy', 'old.bak'] },
    });

    expect(reading.gaps).toEqual([]);
    expect(reading.items.map(({ id }) => id)).toEqual([
      'sudo',
      '/etc/sudoers:4',
      '/etc/sudoers:6',
      '/etc/sudoers.d/deploy:1',
    ]);
    expect(dataOf(reading, '/etc/sudoers:4')).toMatchObject({
      who: ['ada', 'bo'],
      runAs: 'root',
      noPassword: true,
      allCommands: false,
    });
    expect(dataOf(reading, '/etc/sudoers:6')).toMatchObject({ who: ['#1005'], noPassword: false, allCommands: true });
    expect(dataOf(reading, '/etc/sudoers.d/deploy:1')).toMatchObject({ noPassword: true, allCommands: true });
  });

  it('takes !authenticate as no password', async () => {
    const reading = await read('sudoers', {
      files: { '/etc/sudoers': 'Defaults:ada !authenticate\nada ALL=(ALL) ALL\n' },
    });

    expect(dataOf(reading, '/etc/sudoers:2')).toMatchObject({ noPassword: true });
  });

  it('knows that there is no sudo, and does not know what it cannot read', async () => {
    const none = await read('sudoers', {});
    const hidden = await read('sudoers', { files: { '/etc/sudoers': denied } });
    const odd = await read('sudoers', { files: { '/etc/sudoers': 'ada may do everything\n' } });
    const elsewhere = await read('sudoers', { programs: { sudo: 'Sudo version 1.9' } });

    expect([none.gaps.length, dataOf(none, 'sudo')]).toEqual([0, { kind: 'summary', installed: false, rules: 0 }]);
    expect([hidden.gaps.length, odd.gaps.length, elsewhere.gaps.length]).toEqual([1, 1, 1]);
  });
});

describe('sshd', () => {
  it('gives the effective settings', async () => {
    const out =
      'port 22\nport 2222\nPermitRootLogin without-password\npasswordauthentication no\nciphers a,b\nmaxauthtries 6\n';

    const reading = await read('sshd', { programs: { sshd: out } });

    expect(dataOf(reading, 'sshd')).toEqual({
      installed: true,
      ports: [22, 2222],
      permitrootlogin: 'without-password',
      passwordauthentication: 'no',
      ciphers: ['a', 'b'],
      maxauthtries: 6,
    });
  });

  it('tells a server that is not there from one that it may not ask', async () => {
    const none = await read('sshd', {});
    const notAllowed = await read('sshd', { programs: { sshd: failed('no hostkeys available') } });

    expect([none.items.length, none.gaps.length]).toEqual([1, 0]);
    expect([notAllowed.items.length, notAllowed.gaps.length]).toEqual([0, 1]);
  });
});

describe('password-policy', () => {
  const files = {
    '/etc/login.defs': '# PASS_MAX_DAYS 1\nPASS_MAX_DAYS\t90\nPASS_MIN_DAYS 1\nENCRYPT_METHOD YESCRYPT\n',
    '/etc/pam.d/common-password':
      '#password requisite pam_faillock.so\npassword requisite pam_pwquality.so retry=3 minlen=14\n',
    '/etc/shadow': accounts['/etc/shadow'],
    '/etc/security/pwquality.conf': '# minclass = 4\nminlen = 8\nminclass = 3\n',
  };

  it('counts only what a PAM stack enforces, with its options first', async () => {
    const reading = await read('password-policy', { files });

    expect(reading.gaps).toEqual([]);
    expect(dataOf(reading, 'password-policy')).toEqual({
      maxDays: 90,
      minDays: 1,
      hashMethod: 'yescrypt',
      qualityEnforced: true,
      minLength: 14,
      minClasses: 3,
      lockoutEnforced: false,
      accountsWithPassword: 1,
    });
  });

  it('does not know what is enforced where there is no stack to read', async () => {
    const reading = await read('password-policy', { files: { '/etc/login.defs': '', '/etc/shadow': denied } });

    expect(reading.gaps).toHaveLength(2);
    expect(dataOf(reading, 'password-policy')).toEqual({});
  });
});

describe('time-sync', () => {
  const chrony = 'C0248F97,192.36.143.151,2,1772352000.0,-0.000123,0.0001,0.0001,1.2,0.1,0.3,0.02,0.001,64.2,';

  it.each([
    [
      'chrony',
      { programs: { chronyc: `${chrony}Normal\n` } },
      { service: 'chrony', synchronised: true, offsetMilliseconds: 0 },
    ],
    ['chrony off', { programs: { chronyc: `${chrony}Not synchronised\n` } }, { synchronised: false }],
    [
      'systemd',
      { programs: { timedatectl: 'NTP=yes\nNTPSynchronized=no\n' } },
      { service: 'systemd', synchronised: false, enabled: true },
    ],
    ['container', { changed: { '/.dockerenv': '2026-01-01T00:00:00Z' } }, { inContainer: true }],
  ])('%s', async (_, made, data) => {
    const reading = await read('time-sync', made);

    expect([reading.gaps, dataOf(reading, 'clock')]).toEqual([[], expect.objectContaining(data)]);
  });

  it('is a gap where nobody can tell', async () => {
    const reading = await read('time-sync', {
      programs: { timedatectl: failed('no bus'), chronyc: failed('506 Cannot talk to daemon') },
    });

    expect([reading.items.length, reading.gaps.length]).toEqual([0, 1]);
  });
});

describe('disks', () => {
  it('follows each mount down to its disk', async () => {
    const blockdevices = [
      {
        name: 'vda',
        type: 'disk',
        children: [
          { name: 'vda1', type: 'part', fstype: 'vfat', mountpoint: '/boot/efi' },
          {
            name: 'vda2',
            type: 'part',
            fstype: 'crypto_LUKS',
            children: [
              {
                name: 'root',
                type: 'crypt',
                fstype: 'LVM2_member',
                children: [{ name: 'vg-root', type: 'lvm', fstype: 'ext4', mountpoint: '/' }],
              },
            ],
          },
          { name: 'vda3', type: 'part', fstype: 'swap', mountpoint: '[SWAP]' },
          { name: 'vda4', type: 'part', fstype: 'zfs_member', mountpoint: '/pool' },
        ],
      },
    ];
    const mounts =
      '/dev/vg-root / ext4 rw 0 0\nproc /proc proc rw 0 0\nnas:/files /mnt/my\\040files nfs4 rw 0 0\noverlay /srv overlay rw 0 0\n';

    const reading = await read('disks', {
      files: { '/proc/self/mounts': mounts },
      programs: { lsblk: JSON.stringify({ blockdevices }) },
    });

    expect(Object.fromEntries(reading.items.map(({ id, data }) => [id, data['encrypted'] ?? data['kind']]))).toEqual({
      '/boot/efi': false,
      '/': true,
      'swap:vda3': false,
      '/pool': 'filesystem',
      '/mnt/my files': 'remote',
      '/srv': 'filesystem',
    });
    expect(reading.gaps.map(({ item }) => item)).toEqual(['/srv']);
  });

  it.each([{}, { programs: { lsblk: failed('denied') } }, { programs: { lsblk: 'no json' } }])(
    'is a gap without lsblk: %j',
    async (made) => {
      const reading = await read('disks', made);

      expect([reading.items.length, reading.gaps.length]).toEqual([0, 1]);
    },
  );
});

describe('updates', () => {
  const apt =
    'Listing...\ncurl/stable-security 7.88-2 amd64 [upgradable from: 7.88-1]\nvim/stable,now 9.1 amd64 [upgradable from: 9.0]\n';
  const lists = { '/var/lib/apt/lists': ['deb_security_InRelease', 'deb_main_InRelease', 'lock'] };
  const changed = {
    '/var/lib/apt/lists/deb_security_InRelease': '2026-02-27T00:00:00Z',
    '/var/lib/apt/lists/deb_main_InRelease': '2026-02-20T00:00:00Z',
  };

  it('lists packages of apt, with what is about security', async () => {
    const reading = await read('updates', { programs: { apt }, folders: lists, changed });

    expect(dataOf(reading, 'summary')).toEqual({
      kind: 'summary',
      manager: 'apt',
      pending: 2,
      pendingSecurity: 1,
      listsAt: '2026-02-27T00:00:00Z',
    });
    expect(dataOf(reading, 'package:curl')).toMatchObject({ installed: '7.88-1', available: '7.88-2', security: true });
  });

  it('does not say "none" without lists', async () => {
    const noLists = await read('updates', { programs: { apt: 'Listing...\n' } });
    const noSecurity = await read('updates', {
      programs: { apt },
      folders: { '/var/lib/apt/lists': ['deb_main_InRelease'] },
    });
    const nothing = await read('updates', {});

    expect([noLists, nothing].map(({ items, gaps }) => [items.length, gaps.length])).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(noSecurity.gaps).toHaveLength(1);
    expect(dataOf(noSecurity, 'summary')).not.toHaveProperty('pendingSecurity');
  });

  it('lists packages of dnf', async () => {
    const programs = {
      'dnf --cacheonly --quiet list --upgrades':
        'Available Upgrades\ncurl.x86_64   8.2-1.el9   baseos\nvim.x86_64 2:9.1-1.el9 appstream\n',
      'dnf --cacheonly --quiet updateinfo list --security': 'RHSA-2026:1 Important/Sec. curl-8.2-1.el9.x86_64\n',
    };

    const reading = await read('updates', { programs });

    expect(dataOf(reading, 'summary')).toMatchObject({ manager: 'dnf', pending: 2, pendingSecurity: 1 });
  });
});

describe('listeners', () => {
  const summary = (count: number): Data => ({ kind: 'summary', listeners: count });

  it('reads ss', async () => {
    const ss = [
      'tcp   LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))',
      'tcp   LISTEN 0 128 [::1]:5432 [::]:*',
      'tcp   LISTEN 0 128 *:8080 *:*',
      'udp   UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*',
    ].join('\n');

    const reading = await read('listeners', { programs: { ss } });

    expect(dataOf(reading, 'summary')).toEqual(summary(4));
    expect(dataOf(reading, 'tcp 0.0.0.0:22')).toMatchObject({ process: 'sshd', port: 22, loopbackOnly: false });
    expect(dataOf(reading, 'tcp [::1]:5432')).toMatchObject({ loopbackOnly: true });
    expect(dataOf(reading, 'tcp [::]:8080')).toMatchObject({ loopbackOnly: false });
    expect(dataOf(reading, 'udp 127.0.0.53:53')).toMatchObject({ loopbackOnly: true });
  });

  it('reads /proc/net without ss', async () => {
    const line = (n: number, local: string, state: string) =>
      `   ${n}: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 0 0 1`;
    const files = {
      '/proc/net/tcp': [
        '  sl  local_address',
        line(0, '0100007F:1538', '0A'),
        line(1, '00000000:0016', '0A'),
        line(2, '0100007F:0016', '01'),
      ].join('\n'),
      '/proc/net/tcp6': line(0, '00000000000000000000000001000000:0050', '0A'),
    };

    const reading = await read('listeners', { files });

    expect(reading.items.map(({ id }) => id)).toEqual([
      'summary',
      'tcp 127.0.0.1:5432',
      'tcp 0.0.0.0:22',
      'tcp [::1]:80',
    ]);
  });

  it('is a gap where neither is there', async () => {
    expect((await read('listeners', {})).gaps).toHaveLength(1);
  });
});

it('reads this very machine: root is among its users', async () => {
  const reading = await readAll(connector, 'users', session, '2026-03-01T00:00:00Z');

  expect(dataOf(reading, 'root')).toMatchObject({ uid: 0 });
});
