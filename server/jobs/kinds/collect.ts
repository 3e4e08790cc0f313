import { DATASET_NAME } from '@countersign/core/connector/index.ts';
import { z } from 'zod';
import type { Services } from '../../runtime.ts';
import type { JobKind } from '../kind.ts';
import { defineJob } from '../kind.ts';

/** One source, all its datasets. Tried again, it leaves alone what an earlier attempt has collected. */
export const collectJob = (services: Pick<Services, 'collect'>): JobKind =>
  defineJob('collect', {
    title: 'Collecting from a source',
    input: z.strictObject({ source: z.string().regex(DATASET_NAME) }),
    allowed: ['owner', 'lead', 'operator'],
    subject: ({ source }) => source,
    atOnce: 3,
    advice: 'Look at what the source says of its last collection, mend its settings or its secret, and retry.',
    async run({ source }, { org, actor, askedAt, progress, signal }) {
      let finished = 0;
      const collections = await services.collect(
        org,
        actor,
        [source],
        ({ dataset, done, of }) => progress({ done, ...(of === undefined ? {} : { of }), says: dataset }),
        signal,
        { since: askedAt },
      );
      for (const { items } of collections) finished += items;
      const failed = collections.filter(({ status }) => status !== 'complete');
      progress({
        done: finished,
        of: finished,
        says:
          failed.length === 0
            ? `${collections.length} datasets`
            : `${failed.length} of ${collections.length} datasets incomplete`,
      });
      return {
        collections: collections.map(({ dataset, status, items, changed, index, why }) => ({
          ...{ dataset, status, items, changed, index },
          why: why.slice(0, 3),
        })),
      };
    },
  });
