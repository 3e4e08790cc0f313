import { z } from 'zod';
import { WEEKDAYS } from '../connector/schedule.ts';
import { change, create, defineAct, defineRecord } from '../kernel/index.ts';
import type { Stored } from '../kernel/index.ts';

const timeOfDay = () => z.string().regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time of day such as 07:30');
const days = (most: number) => z.int().min(0).max(most);

const Settings = {
  /** Days before something is due that its owner is reminded, once. 0: only when it is due. */
  daysBefore: z
    .strictObject({
      daily: z.literal(0).default(0),
      weekly: days(6).default(1),
      monthly: days(27).default(3),
      quarterly: days(60).default(7),
      semiannual: days(90).default(14),
      annual: days(120).default(14),
    })
    .prefault({}),
  quietFrom: timeOfDay().default('19:00').describe('No mail is sent from this time of day on …'),
  quietTo: timeOfDay().default('07:00').describe('… to this one, in the organisation’s time zone. Equal: always sent.'),
  digestOn: z.enum(WEEKDAYS).default('monday'),
  digestAt: timeOfDay().default('08:00'),
};

/** The one record `notifications` of an organisation: when its people are told what. Without it the defaults hold. */
export const Notifications = defineRecord('notifications', {
  title: 'Notification settings',
  timeless: true,
  ownActsOnly: true,
  body: z.strictObject(Settings),
});
export type NotificationSettings = Pick<Stored<typeof Notifications>, keyof typeof Settings>;

export const DEFAULT_NOTIFICATIONS: NotificationSettings = z.strictObject(Settings).parse({});

const ID = 'notifications';

export const setNotifications = defineAct('notifications.set', {
  says: 'Says when people are reminded, when the weekly digest goes out, and when no mail is sent.',
  input: z.strictObject(Settings),
  reads: [Notifications],
  allowed: ['owner', 'lead', 'operator'],
  decide(book, settings) {
    const held = book.notifications.find(ID);
    return [held === undefined ? create(Notifications, ID, settings) : change(Notifications, held, settings)];
  },
});
