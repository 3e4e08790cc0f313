import { fieldsOf } from '@countersign/api/field.ts';
import type { listConnectors } from '@countersign/api/operations/jobs.ts';
import { connectors } from '@countersign/connectors/kit/registry.ts';
import { addSource } from '@countersign/core/connector/index.ts';
import type { Actor } from '@countersign/core/kernel/index.ts';
import type { z } from 'zod';

export type ConnectorsAnswer = z.output<(typeof listConnectors)['answer']['schema']>;

/** The connectors of this checkout, from their own declarations: a new one is listed without another line. */
export const connectorsService =
  (localSources: boolean) =>
  async (actor: Actor): Promise<ConnectorsAnswer> => {
    const isOperator = actor.roles.includes('operator');
    const mayAdd = actor.roles.some((role) => addSource.allowed.includes(role));
    const because = (local: 'always' | 'path' | 'never'): string | null => {
      if (!mayAdd) return `Connecting a source is for ${addSource.allowed.join(', ')}.`;
      if (local !== 'always') return null;
      if (!localSources)
        return 'It reads the machine itself, which this server does not allow (COUNTERSIGN_LOCAL_SOURCES).';
      return isOperator ? null : 'It reads the machine itself: its operator connects it with “countersign connect”.';
    };
    return {
      connectors: [...(await connectors()).values()].map((connector) => ({
        name: connector.name,
        title: connector.title,
        says: connector.says,
        version: connector.version,
        local: connector.local,
        settings: fieldsOf(connector.settings).map(({ name, says, required, choices }) => ({
          ...{ name, required },
          says: says ?? '',
          choices: choices === undefined ? null : [...choices],
        })),
        secrets: [...connector.secrets],
        datasets: connector.datasets.map(({ name, mode, says }) => ({ name, mode, says })),
        checks: connector.checks.map(({ id, title, supports }) => ({ id, title, supports: [...supports] })),
        allowed: because(connector.local) === null,
        because: because(connector.local),
      })),
      roles: [...addSource.allowed],
    };
  };
