import type { Dataset } from '../../kit/connector.ts';
import type { Machine } from '../machine.ts';
import { gap, hostDataset, item, known } from '../reading.ts';
import type { MachineFor, Reader } from '../reading.ts';

/** The clock: chrony where it answers, else what systemd says. */
export const readTimeSync: Reader = async (machine) => {
  const inContainer = await isContainer(machine);
  const said = (await fromChrony(machine)) ?? (await fromSystemd(machine));
  if (said !== undefined) return [item('clock', known({ inContainer, ...said }))];
  const nobody = gap('neither chronyc nor timedatectl could tell whether the clock is synchronised', 'clock');
  return inContainer ? [item('clock', { inContainer })] : [nobody];
};

async function fromChrony(machine: Machine) {
  const ran = await machine.run('chronyc', '-c', 'tracking');
  if (ran.is === 'missing' || ran.code !== 0) return undefined;
  const fields = ran.out.trim().split('\n').at(-1)?.split(',') ?? [];
  const [, source = '', , , offset = '', , , , , , , , , leap = ''] = fields;
  if (leap === '') return undefined;
  const seconds = Number(offset);
  return {
    service: 'chrony',
    synchronised: leap !== 'Not synchronised',
    source,
    offsetMilliseconds: offset === '' || Number.isNaN(seconds) ? undefined : Math.round(Math.abs(seconds) * 1000),
  };
}

async function fromSystemd(machine: Machine) {
  const ran = await machine.run('timedatectl', 'show');
  if (ran.is === 'missing' || ran.code !== 0) return undefined;
  const synchronised = /^NTPSynchronized=(yes|no)$/m.exec(ran.out)?.[1];
  if (synchronised === undefined) return undefined;
  const enabled = /^NTP=(yes|no)$/m.exec(ran.out)?.[1];
  return {
    service: 'systemd',
    synchronised: synchronised === 'yes',
    enabled: enabled === undefined ? undefined : enabled === 'yes',
  };
}

/** A container has no clock of its own: its host's is looked at on the host. */
async function isContainer(machine: Machine): Promise<boolean> {
  const marks = ['/.dockerenv', '/run/.containerenv', '/run/systemd/container'];
  const found = await Promise.all(marks.map((mark) => machine.changedAt(mark)));
  return found.some((at) => at !== undefined);
}

/** Whether the clock follows a source. */
export function timeSync(machineFor?: MachineFor): Dataset {
  return hostDataset(
    'time-sync',
    'whether the clock follows a time source, from chrony or systemd',
    {
      inContainer: 'whether this is a container, whose clock is that of its host',
      service: 'who keeps the clock: chrony or systemd',
      synchronised: 'whether the clock is synchronised now',
      enabled: 'whether synchronising is switched on (systemd)',
      source: 'the source it follows (chrony)',
      offsetMilliseconds: 'how far the clock is off, without sign (chrony)',
    },
    readTimeSync,
    machineFor,
  );
}
