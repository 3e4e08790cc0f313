import { z } from 'zod';
import type { Mail } from '../../mail/mail.ts';
import type { JobKind } from '../kind.ts';
import { defineJob } from '../kind.ts';

const none = z.strictObject({});

/** Each hour: reminders of what is due, and letters that wait. */
export const remindersJob = (mail: Mail): JobKind =>
  defineJob('reminders', {
    title: 'Reminding people of what is due',
    input: none,
    subject: () => 'reminders',
    quiet: true,
    run: (_, { org, signal }) => mail.remind(org, signal),
  });

/** Each week. */
export const digestJob = (mail: Mail): JobKind =>
  defineJob('digest', {
    title: 'Writing the weekly digest',
    input: none,
    subject: () => 'digest',
    quiet: true,
    run: (_, { org, signal }) => mail.writeDigests(org, signal),
  });
