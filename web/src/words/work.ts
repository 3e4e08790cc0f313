import { plural } from '../kit/format.ts';

/** What somebody has to do. */
export const words = {
  title: 'My work',
  sentence: (n: {
    overdue: number;
    inGrace: number;
    due: number;
    reviews: number;
    returned: number;
    acknowledge: number;
    clocks: number;
  }) => {
    const parts = [
      n.overdue > 0 ? `${plural(n.overdue, 'control')} missed` : '',
      n.inGrace > 0 ? `${plural(n.inGrace, 'control')} late, in grace` : '',
      n.due > 0 ? `${plural(n.due, 'control')} due` : '',
      n.clocks > 0 ? `${plural(n.clocks, 'clock')} of privacy duties` : '',
      n.reviews > 0 ? `${plural(n.reviews, 'decision')} to take` : '',
      n.returned > 0 ? `${plural(n.returned, 'thing')} sent back` : '',
      n.acknowledge > 0 ? `${plural(n.acknowledge, 'policy', 'policies')} to read` : '',
    ].filter((part) => part !== '');
    if (parts.length === 0) return 'Nothing waits';
    const last = parts.pop() ?? '';
    return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`;
  },
  of: (name: string, sentence: string) => `${name}: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`,
  sub: (running: number, planned: number) =>
    `${plural(running, 'control')} running${planned === 0 ? '' : `, ${plural(planned, 'control')} planned`}. What is due within 30 days is shown.`,
  noControls: 'No control has been given to this person yet. Whoever starts a control names its owner.',
  whose: 'Whose work',
  mine: 'Mine',
  due: 'To be done',
  dueEmpty: 'Nothing is due within 30 days.',
  states: { overdue: 'Missed', 'in-grace': 'In grace', due: 'Due', upcoming: 'Upcoming' },
  says: {
    overdue: (due: string, grace: string) =>
      `: due ${due}, not performed by ${grace}. Nothing meets it any more; what is done now is for the period that runs.`,
    'in-grace': (due: string, grace: string) => `: it was due ${due} and can be met, late, to ${grace}.`,
    due: (due: string, _grace: string) => ` by ${due}.`,
    upcoming: (due: string, _grace: string) => `, due ${due}.`,
  },
  cells: { overdue: 'missed', 'in-grace': 'pending', due: 'pending', upcoming: 'future' },
  evidence: 'needs evidence',
  record: 'Record it',
  reviews: 'Waiting for a decision',
  reviewsEmpty: 'Nothing waits for a decision of this person.',
  kinds: {
    evidence: 'Evidence',
    exception: 'Exception',
    'design-evaluation': 'Design',
    policy: 'Policy',
  },
  by: (name: string, when: string) => `${name}, ${when}`,
  look: 'Look at it',
  read: 'Read it',
  approve: 'Approve',
  refuse: 'Refuse',
  return: 'Send back',
  returned: 'Sent back',
  acknowledge: 'Policies to acknowledge',
  clocks: 'Privacy duties',
  clockStates: { missed: 'Missed', running: 'Running', unknown: 'Unknown' },
  clockDue: (on: string | undefined, isUnknown: boolean) =>
    on === undefined ? 'without undue delay' : isUnknown ? `would be due ${on}` : `due ${on}`,
  byDay: (on: string) => `by ${on}`,
  sinceDay: (on: string) => `asked since ${on}`,
  overdue: 'overdue',
  invitations: 'Invitations not taken up',
  expires: (on: string) => `its link works until ${on}`,
  expired: (on: string) => `its link ended ${on}`,
  people: 'People',
  noPerson: 'Work belongs to people',
  noPersonHelp: 'You act as the operator of the machine. Choose a person to see what waits for them.',
  perform: {
    title: (control: string) => `Record ${control}`,
    for: (key: string) => `For ${key}, which is in grace. It will count as late.`,
    at: 'When it was done',
    atHelp: (zone: string) => `In ${zone}. When it is recorded is noted beside it.`,
    future: 'This is still to come. Record it once it is done.',
    invalid: 'Write a date and a time, as 2026-03-01 09:30.',
    outcome: 'Outcome',
    outcomes: {
      done: 'Done, nothing found',
      findings: 'Done, with findings',
      'not-done': 'Not done',
    },
    note: 'Note',
    noteHelp: 'What was looked at, what was found, what follows.',
    evidence: 'Evidence',
    evidenceHelp: 'Documents on file for this control. File a new one first if it is not there.',
    evidenceRequired: 'This control requires evidence: without it the performance counts as not proven.',
    none: 'Nothing is on file for this control yet.',
    fileOne: 'File evidence',
    send: 'Record it',
    met: (key: string) => `Recorded. It met ${key}.`,
    outside: (why: string) => `Recorded. ${why}`,
    done: 'Close',
  },
} as const;
