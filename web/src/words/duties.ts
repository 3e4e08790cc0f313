import { plural } from '../kit/format.ts';

/** Duties beside SOC 2 and ISO: what all their parts say alike. */
export const words = {
  title: 'Privacy duties',
  sentence: (n: { applies: number; missed: number; running: number; unknown: number }) =>
    n.missed > 0
      ? `${plural(n.missed, 'deadline')} missed, ${n.running} running`
      : n.running + n.unknown > 0
        ? n.running === 0
          ? `${plural(n.unknown, 'clock')} unknown`
          : `${plural(n.running, 'clock')} running, ${n.unknown} unknown`
        : n.applies === 0
          ? 'No law is decided on yet'
          : `${plural(n.applies, 'law or standard', 'laws and standards')} applied here, no clock running`,
  sentenceForGuests: (n: number) => `${plural(n, 'law or standard', 'laws and standards')} applied here`,
  separate: 'Separate work',
  tabs: 'Parts of privacy duties',
  tab: {
    laws: 'Laws and obligations',
    requests: 'Requests',
    incidents: 'Incidents',
    processing: 'Processing',
    assessments: 'Impact assessments',
    transfers: 'Transfers and contracts',
  },
  search: 'Filter',
  clear: 'Clear filters',
  none: 'None',
  nobody: 'Nobody',
  notSaid: 'Not said',
  unnamed: '–',
  record: 'Record',
  known: { checked: 'checked on public pages', knowledge: 'from knowledge, confirm with counsel' },
  knownShort: { checked: 'Checked', knowledge: 'From knowledge' },
  notAdvice: 'Not legal advice. Each line says how well it is known.',
  yesNo: { yes: 'Yes', no: 'No', unknown: 'Not known' },
  roles: {
    controller: 'Controller',
    processor: 'Processor',
    joint: 'Joint controller',
    'covered-entity': 'Covered entity',
    'business-associate': 'Business associate',
    business: 'Business',
    'service-provider': 'Service provider',
    organisation: 'Organisation',
  },
  groups: {
    governance: 'Governance',
    basis: 'Lawful basis',
    transparency: 'Transparency',
    rights: 'Rights of people',
    records: 'Records',
    contracts: 'Contracts',
    assessment: 'Assessment',
    transfers: 'Transfers',
    security: 'Security',
    incidents: 'Incidents',
    continuity: 'Continuity',
  },
  recipients: {
    authority: 'The authority',
    people: 'People concerned',
    requester: 'Who asked',
    controller: 'The controller',
    'covered-entity': 'The covered entity',
    customer: 'The other party',
    media: 'Media',
    'certification-body': 'Certification body',
    nobody: 'Nobody',
  },
  clock: {
    missed: 'Missed',
    running: 'Running',
    unknown: 'Unknown',
    waiting: 'Waiting',
    late: 'Late',
    met: 'Met',
    'not-applicable': 'Not applicable',
  },
  clocksSaid: (n: { missed: number; running: number; unknown: number; late?: number; met?: number }) =>
    [
      [n.missed, 'missed'],
      [n.running, 'running'],
      [n.unknown, 'unknown'],
      [n.late ?? 0, 'late'],
      [n.met ?? 0, 'met'],
    ]
      .filter(([count]) => count !== 0)
      .map(([count, word]) => `${count} ${word}`)
      .join(', ') || 'no clock',
  left: (time: string) => `${time} left`,
  over: (time: string) => `over by ${time}`,
  early: (time: string) => `${time} before its end`,
  tooLate: (time: string) => `${time} after its end`,
  noFigure: 'no figure in the law',
  due: (when: string) => `due ${when}`,
  dueIfSo: (when: string) => `would be due ${when}`,
  form: {
    at: 'When',
    atHelp: (zone: string) => `Date and time in ${zone}, as 2026-11-26 09:30.`,
    badTime: 'Write a date and a time, such as 2026-11-26 09:30.',
    future: 'This is still to come.',
    reason: 'Reason',
    short: 'Say it in a few words.',
    list: 'With commas between.',
    laws: 'Laws',
    lawNeeded: 'Name at least one.',
    badDate: 'Write a date such as 2026-12-31.',
    badNumber: 'Write a whole number.',
    nobody: 'Nobody yet',
  },
} as const;
