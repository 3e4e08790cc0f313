import { z } from 'zod';
import type { Connector } from '../kit/connector.ts';
import { SourceRefusal } from '../kit/connector.ts';
import { checks } from './checks.ts';
import { disks } from './datasets/disks.ts';
import { listeners } from './datasets/listeners.ts';
import { passwordPolicy } from './datasets/password-policy.ts';
import { sshd } from './datasets/sshd.ts';
import { sudoers } from './datasets/sudoers.ts';
import { timeSync } from './datasets/time-sync.ts';
import { updates } from './datasets/updates.ts';
import { users } from './datasets/users.ts';
import { thisMachine } from './machine.ts';
import type { MachineFor } from './reading.ts';

/** The host connector over a machine; the product has one, the machine it runs on. */
export function hostConnector(machineFor: MachineFor = thisMachine): Connector {
  return {
    name: 'host',
    title: 'This machine',
    says: 'Accounts, privileges, hardening, encryption and updates of the Linux machine that Countersign runs on.',
    local: 'always',
    settings: z.strictObject({}),
    secrets: [],
    version: '1',
    async probe({ localAllowed, signal }) {
      if (!localAllowed) {
        throw new SourceRefusal(
          'source.local-only',
          'reading this machine is not allowed here (COUNTERSIGN_LOCAL_SOURCES)',
        );
      }
      const machine = machineFor(signal);
      const release = await machine.read('/etc/os-release');
      if ((await machine.read('/etc/passwd')).is !== 'text')
        throw new SourceRefusal('source.not-found', 'this is no Linux machine that we can read');
      const name = release.is === 'text' ? /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(release.text)?.[1] : undefined;
      const hidden = (await machine.read('/etc/shadow')).is !== 'text';
      return {
        says: `${name ?? 'a Linux machine'}${hidden ? '; without the right to read /etc/shadow, so some of it stays unknown' : ''}`,
      };
    },
    datasets: [users, sudoers, sshd, passwordPolicy, timeSync, disks, updates, listeners].map((dataset) =>
      dataset(machineFor),
    ),
    checks,
  };
}
