import { z } from 'zod';
import type { Services } from '../../runtime.ts';
import type { JobKind } from '../kind.ts';
import { defineJob } from '../kind.ts';

/** Each hour: what is new and a sample of the rest; once a day everything. Broken off, it goes on where it was. */
export const selfCheckJob = (services: Pick<Services, 'selfCheck'>): JobKind =>
  defineJob('self-check', {
    title: 'Holding what is stored against what was logged',
    input: z.strictObject({ kind: z.enum(['sample', 'whole']).optional() }),
    allowed: ['owner', 'lead', 'operator'],
    subject: () => 'self-check',
    quiet: true,
    advice:
      'Retry it. If it fails again, the database or the place of the files does not answer: run “countersign doctor”.',
    async run({ kind }, { org, id, progress, signal }) {
      const done = await services.selfCheck(org, {
        kind,
        id,
        progress: (at, of, says) => progress({ done: at, of: Math.max(at, of), says }),
        signal,
      });
      return { kind: done.kind, size: done.size, ...done.counts, found: done.findings.length, gone: done.gone.length };
    },
  });
