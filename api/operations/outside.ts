import { z } from 'zod';
import { declare } from '../operation.ts';

const base = { organisation: true, method: 'POST', access: 'write', group: 'Log' } as const;
const roles = ['owner', 'lead', 'operator'] as const;

const asked = z.object({
  asked: z.array(
    z.object({
      kind: z.enum(['witness', 'time']),
      id: z.string(),
      name: z.string(),
      came: z
        .enum(['recorded', 'untouched', 'not-due', 'trouble'])
        .describe('`untouched`: it has seen all that there is to see; `trouble`: what kept it, in code and says.'),
      size: z.int().optional(),
      at: z.string().optional(),
      code: z.string().optional(),
      says: z.string().optional(),
    }),
  ),
});

export const stampLog = declare({
  ...base,
  id: 'log.stamp',
  path: '/api/log/time-stamps',
  says: 'Has every time-stamp authority that has something new to see stamp the log now, each for itself, and records what they answer.',
  roles,
  answer: { type: 'json', schema: asked },
  calls: { is: 'service', service: 'stampLog' },
});

export const askWitnesses = declare({
  ...base,
  id: 'log.ask',
  path: '/api/log/cosignatures',
  says: 'Asks every witness that is asked over HTTP to cosign the log now, each for itself, and records what they answer.',
  roles,
  answer: { type: 'json', schema: asked },
  calls: { is: 'service', service: 'askWitnesses' },
});

export const rotateLogKey = declare({
  ...base,
  id: 'log.rotateKey',
  path: '/api/log/key',
  says: 'Makes a new key for the log and hands the log over to it, by its last entry under the key before.',
  roles: ['owner', 'operator'],
  answer: {
    type: 'json',
    schema: z.object({
      vkey: z.string().describe('The verifier key from now on: witnesses and whoever verifies are told of it.'),
      fingerprint: z.string(),
      replaces: z.string(),
      index: z.int().describe('The entry that hands over.'),
    }),
  },
  calls: { is: 'service', service: 'rotateLogKey' },
});

export const OUTSIDE_OPERATIONS = [stampLog, askWitnesses, rotateLogKey] as const;
