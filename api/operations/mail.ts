import { z } from 'zod';
import { declare, MIB } from '../operation.ts';

const base = { organisation: true, group: 'Notices' } as const;

export const Notice = z.object({
  id: z.uuid(),
  kind: z.string(),
  says: z.string().describe('The first line is the sentence; lines of a digest follow.'),
  leads: z.string().nullable().describe('Where it leads in the web app, within the organisation.'),
  at: z.string(),
  readAt: z.string().nullable(),
  mail: z.enum(['none', 'waiting', 'sent', 'refused']),
  mailWhy: z.string().nullable(),
});

export const listNotices = declare({
  ...base,
  id: 'notice.list',
  method: 'GET',
  path: '/api/notices',
  says: 'The caller’s inbox, the newest first.',
  access: 'read',
  query: z.strictObject({
    unread: z.boolean().optional(),
    search: z.string().max(200).optional(),
    limit: z.int().min(1).max(200).optional(),
    cursor: z.string().max(100).optional(),
  }),
  answer: {
    type: 'json',
    schema: z.object({ items: z.array(Notice), total: z.int(), unread: z.int(), next: z.string().nullable() }),
  },
  calls: { is: 'service', service: 'listNotices' },
});

export const readNotices = declare({
  ...base,
  id: 'notice.read',
  method: 'POST',
  path: '/api/notices/read',
  says: 'Marks notices of the caller’s inbox as read: those named, or all.',
  access: 'write',
  body: { type: 'json', limit: MIB, schema: z.strictObject({ ids: z.array(z.uuid()).max(1000).optional() }) },
  answer: { type: 'json', schema: z.object({ read: z.int() }) },
  calls: { is: 'service', service: 'readNotices' },
});

export const MailChoice = z.strictObject({ digest: z.boolean(), reminders: z.boolean() });

export const mailState = declare({
  ...base,
  id: 'mail.state',
  method: 'GET',
  path: '/api/mail',
  says: 'Whether there is mail, from whom it comes, and what the caller wants of it.',
  access: 'read',
  answer: {
    type: 'json',
    schema: z.object({ isSet: z.boolean(), from: z.string().nullable(), links: z.boolean(), choice: MailChoice }),
  },
  calls: { is: 'service', service: 'mailState' },
});

export const chooseMail = declare({
  ...base,
  id: 'mail.choose',
  method: 'POST',
  path: '/api/mail/choice',
  says: 'Says what the caller wants by mail. The inbox tells everything either way.',
  access: 'write',
  body: { type: 'json', limit: MIB, schema: MailChoice },
  answer: { type: 'json', schema: MailChoice },
  calls: { is: 'service', service: 'chooseMail' },
});

export const tryMail = declare({
  ...base,
  id: 'mail.try',
  method: 'POST',
  path: '/api/mail/trial',
  says: 'Sends the caller a letter, to see that mail arrives.',
  access: 'write',
  roles: ['owner', 'lead'],
  answer: { type: 'json', schema: z.object({ to: z.string() }) },
  calls: { is: 'service', service: 'tryMail' },
});

export const MAIL = [listNotices, readNotices, mailState, chooseMail, tryMail] as const;
