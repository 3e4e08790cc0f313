import type { Dataset } from '../../kit/connector.ts';
import type { Machine } from '../machine.ts';
import { gap, hostDataset, item, known } from '../reading.ts';
import type { MachineFor, Reader } from '../reading.ts';

interface Listener {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  readonly process?: string;
}

/** Sockets that wait for others: by `ss`, which may name the process, else from /proc/net. */
export const readListeners: Reader = async (machine) => {
  const listeners = (await fromSs(machine)) ?? (await fromProc(machine));
  if (listeners === undefined) return [gap('neither ss nor /proc/net could tell which sockets listen')];
  const byId = new Map(
    listeners.map((one) => [
      `${one.protocol} ${one.address.includes(':') ? `[${one.address}]` : one.address}:${one.port}`,
      one,
    ]),
  );
  return [
    item('summary', { kind: 'summary', listeners: byId.size }),
    ...[...byId].map(([id, { protocol, address, port, process }]) =>
      item(
        id,
        known({
          kind: 'listener',
          protocol,
          address,
          port,
          process,
          loopbackOnly: /^(127\.|::1$|::ffff:127\.)/.test(address),
        }),
      ),
    ),
  ];
};

async function fromSs(machine: Machine): Promise<readonly Listener[] | undefined> {
  const ran = await machine.run('ss', '-H', '-l', '-n', '-t', '-u', '-p');
  if (ran.is === 'missing' || ran.code !== 0) return undefined;
  return ran.out.split('\n').flatMap((line) => {
    const [, protocol, where = '', port = '', rest = ''] =
      /^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+(\S+):(\d+)\s+\S+(.*)$/.exec(line.trim()) ?? [];
    if (protocol === undefined) return [];
    const raw = where
      .replace(/^\[|\]$/g, '')
      .replace(/%.*$/, '')
      .replace(/\]$/, '');
    const process = /users:\(\("([^"]+)"/.exec(rest)?.[1];
    return [
      {
        protocol,
        address: raw === '*' ? '::' : raw,
        port: Number(port),
        ...(process === undefined ? {} : { process }),
      },
    ];
  });
}

async function fromProc(machine: Machine): Promise<readonly Listener[] | undefined> {
  const listeners: Listener[] = [];
  let isRead = false;
  for (const table of ['tcp', 'tcp6', 'udp', 'udp6']) {
    const found = await machine.read(`/proc/net/${table}`);
    if (found.is === 'unreadable') return undefined;
    if (found.is === 'missing') continue;
    isRead = true;
    // State 0A is a listening TCP socket, 07 an unconnected UDP socket.
    const pattern = table.startsWith('tcp')
      ? /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A /gm
      : /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ 07 /gm;
    for (const [, hex = '', port = ''] of found.text.matchAll(pattern)) {
      listeners.push({ protocol: table.slice(0, 3), address: addressIn(hex), port: Number.parseInt(port, 16) });
    }
  }
  return isRead ? listeners : undefined;
}

/** The kernel prints addresses as words in the machine's order, little-endian on every platform we run on. */
function addressIn(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  if (bytes.length === 4) return bytes.join('.');
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (isMapped) return `::ffff:${bytes.slice(12).join('.')}`;
  const groups = bytes.flatMap((byte, n) => (n % 2 === 0 ? [((byte << 8) | (bytes[n + 1] ?? 0)).toString(16)] : []));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}

/** What listens on this machine. */
export function listeners(machineFor?: MachineFor): Dataset {
  return hostDataset(
    'listeners',
    'sockets on which this machine listens (TCP) or receives (UDP)',
    {
      kind: '"summary" for the machine, "listener" for a socket',
      listeners: 'how many there are (summary)',
      protocol: 'tcp or udp',
      address: 'address it listens on; 0.0.0.0 and :: are all addresses',
      port: 'port it listens on',
      process: 'name of the process, where we may see it',
      loopbackOnly: 'whether only this machine can reach it',
    },
    readListeners,
    machineFor,
  );
}
