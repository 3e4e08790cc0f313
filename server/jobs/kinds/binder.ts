import { BinderAsk, BinderHides } from '@countersign/api/operations/binders.ts';
import { z } from 'zod';
import type { Binders } from '../../services/binders.ts';
import type { JobKind } from '../kind.ts';
import { defineJob } from '../kind.ts';

/** The binder of a period. Tried again it begins anew, and what it made before is not on record: nobody was given it. */
export const binderJob = (binders: Pick<Binders, 'make'>): JobKind =>
  defineJob('binder', {
    title: 'Making a binder',
    input: z.strictObject({ ...BinderAsk, hides: BinderHides.default([]) }),
    allowed: ['owner', 'lead', 'operator'],
    subject: ({ from, to, framework, knownAt, hides }) =>
      [`${from} to ${to}`, framework, knownAt, ...hides].filter((part) => part !== undefined).join(' '),
    tries: 3,
    advice: 'Do what its reason says, and retry.',
    run: (ask, { org, actor, id, key, progress, signal }) =>
      binders.make(org, actor, ask, {
        ...{ id, key: key('record'), signal },
        progress: (done, of, says) => progress({ done, of, says }),
      }),
  });

/** Each day: removes binders that were kept long enough. */
export const binderExpiryJob = (binders: Pick<Binders, 'expire'>): JobKind =>
  defineJob('binder-expiry', {
    title: 'Removing binders that were kept long enough',
    input: z.strictObject({}),
    subject: () => 'binder-expiry',
    quiet: true,
    run: (_, { org }) => binders.expire(org),
  });
