import { count, plural } from '../kit/format.ts';

/** Work that goes on in the background. */
export const words = {
  title: 'Jobs',
  sentence: (live: number, failed: number) => {
    const now = live === 0 ? 'Nothing runs' : `${plural(live, 'job')} ${live === 1 ? 'waits or runs' : 'wait or run'}`;
    return failed === 0
      ? now
      : `${now}; ${plural(failed, 'job')} failed and ${failed === 1 ? 'waits' : 'wait'} for somebody`;
  },
  sub: 'Collections, imports and documents are worked on here. What ended is kept for 90 days; what they recorded stays in the log.',
  list: 'Jobs, the newest first',
  columns: { state: 'State', what: 'What', about: 'About', by: 'Asked by', asked: 'Asked', took: 'Took', says: 'Says' },
  filter: 'Find in jobs',
  states: 'State',
  state: {
    waiting: 'Waiting',
    running: 'Running',
    done: 'Done',
    failed: 'Failed',
    cancelled: 'Cancelled',
    discarded: 'Discarded',
  },
  empty: 'No job yet',
  emptyHelp: 'Connect a source and collect from it: the collection is listed here while it runs and after it.',
  noneFound: 'No job fits what is asked for.',
  sources: 'Sources',
  detail: 'One job',
  attempt: (n: number, of: number) => `Attempt ${count(n)} of ${count(of)}`,
  again: (when: string) => `Tried again ${when}.`,
  toDo: 'What to do',
  cancel: 'Cancel',
  cancelling: 'Stopping',
  retry: 'Retry',
  discard: 'Discard',
  progress: (done: number, of: number | null) => (of === null ? count(done) : `${count(done)} of ${count(of)}`),
  progressLabel: 'Progress',
  facts: { id: 'Id', started: 'Started', ended: 'Ended', attempts: 'Attempts' },
  collected: 'What was collected',
  dataset: (name: string, items: number, changed: number) =>
    `${name}: ${plural(items, 'item')}, ${count(changed)} changed`,
} as const;
