import { count, plural } from '../kit/format.ts';

export const words = {
  title: 'Inbox',
  sentence: (unread: number) => (unread === 0 ? 'Nothing new' : `${plural(unread, 'notice')} not read yet`),
  sub: 'What you were told, once for each occasion. Mail says the same where it is set up.',
  bell: (unread: number) => (unread === 0 ? 'Inbox, nothing new' : `Inbox, ${count(unread)} not read`),
  list: 'Notices, the newest first',
  filter: 'Find in notices',
  which: 'Which',
  unread: 'Not read',
  readAll: 'Mark all as read',
  readOne: 'Mark as read',
  kinds: { 'due-soon': 'Due soon', due: 'Due', digest: 'Weekly digest', alert: 'To look at' },
  isNew: 'new',
  mail: { none: '', waiting: 'mail waits', sent: 'mail sent', refused: 'mail was not taken' },
  empty: 'Nothing was told yet',
  emptyHelp: 'Before a control of yours is due, when it is due, and once a week, a notice comes here.',
  noneFound: 'No notice fits what is asked for.',
  more: 'Show more',
  settings: 'What I am told',
} as const;
