import type { Dataset, Json } from '../../kit/connector.ts';
import { gap, hostDataset, item, known } from '../reading.ts';
import type { MachineFor, Reader } from '../reading.ts';

const lists = ['ciphers', 'macs', 'kexalgorithms', 'hostkeyalgorithms', 'pubkeyacceptedalgorithms'];
const words = [
  'permitrootlogin',
  'passwordauthentication',
  'kbdinteractiveauthentication',
  'pubkeyauthentication',
  'permitemptypasswords',
  'hostbasedauthentication',
  'authenticationmethods',
  'usepam',
  'x11forwarding',
  'allowtcpforwarding',
  'loglevel',
];
const numbers = ['maxauthtries', 'logingracetime', 'clientaliveinterval'];

/** The effective settings by `sshd -T`; a server that is not there has none, which is known. */
export const readSshd: Reader = async (machine) => {
  const ran = await machine.run('sshd', '-T');
  if (ran.is === 'missing') return [item('sshd', { installed: false })];
  if (ran.code !== 0) {
    return [
      gap(
        `sshd -T could not tell its settings (it needs root): ${ran.err.split('\n', 1)[0] ?? ''}`.slice(0, 300),
        'sshd',
      ),
    ];
  }
  const told = new Map<string, string[]>();
  for (const line of ran.out.split('\n')) {
    const [, key = '', value = ''] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? [];
    if (key !== '') told.set(key.toLowerCase(), [...(told.get(key.toLowerCase()) ?? []), value]);
  }
  const fields: Record<string, Json | undefined> = { installed: true, ports: told.get('port')?.map(Number) };
  for (const key of words) fields[key] = told.get(key)?.[0]?.toLowerCase();
  for (const key of lists) fields[key] = told.get(key)?.[0]?.split(',');
  for (const key of numbers) fields[key] = numberIn(told.get(key)?.[0]);
  return [item('sshd', known(fields))];
};

function numberIn(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** How this machine is reached by ssh. */
export function sshd(machineFor?: MachineFor): Dataset {
  const named = (keys: readonly string[], says: string) => Object.fromEntries(keys.map((key) => [key, says]));
  return hostDataset(
    'sshd',
    'the effective settings of the ssh server, outside of Match blocks',
    {
      installed: 'whether an ssh server is on this machine',
      ports: 'ports it listens on',
      ...named(words, 'the setting of this name, in lower case'),
      ...named(lists, 'the setting of this name, as a list'),
      ...named(numbers, 'the setting of this name, as a number'),
    },
    readSshd,
    machineFor,
  );
}
