import { count } from '../kit/format.ts';

/** Beginning an organisation, and its first steps. */
export const words = {
  new: {
    title: 'Begin an organisation',
    sentence: 'Say who you are and what you answer to',
    sub: 'Three answers, about a minute. Everything but the time zone can be changed later, and every change is kept.',
    here: (place: string) => `Running on ${place}`,
    organisation: 'Organisation',
    name: 'Name',
    slug: 'Short name',
    slugHelp: 'In addresses: lower-case letters, digits and hyphens.',
    slugWrong: 'Write lower-case letters, digits and hyphens, beginning and ending with a letter or digit.',
    zone: 'Time zone',
    zoneHelp: (now: string) => `Decides when a day, a week and a deadline end, and stays as it is. Now ${now}.`,
    zoneNeeded: 'Choose a time zone.',
    frameworks: 'Frameworks',
    frameworksHelp: 'One control set answers both. Take one now and the other when you need it.',
    frameworksNeeded: 'Choose at least one framework.',
    soc2: 'SOC 2',
    soc2Says: 'Trust Services Criteria: Security always, others as you choose',
    criteria: (n: number) => `${count(n)} criteria · asked for by customers in the US`,
    iso: 'ISO/IEC 27001:2022',
    isoSays: 'Clauses 4 to 10 and Annex A',
    items: (n: number) => `${count(n)} items · asked for by customers in Europe and elsewhere`,
    categories: 'Categories of the SOC 2 report',
    category: {
      availability: 'Availability',
      confidentiality: 'Confidentiality',
      processing_integrity: 'Processing Integrity',
      privacy: 'Privacy',
    },
    security: 'Security is always one.',
    submit: (name: string) => (name === '' ? 'Set it up' : `Set up ${name}`),
    have: 'What you will have',
    controls: (n: number) => `${count(n)} controls`,
    controlsSay: 'from the library, each answering requirements of one or both frameworks. Nothing is marked as done.',
    requirements: 'Requirements in scope',
    met: 'Met',
    starts: 'None of them is met at first. They become met or unmet as facts and work arrive, never by a click.',
    ledger: 'The log opens with one entry: this organisation, these answers, the key that signs.',
  },
  title: 'Getting started',
  sentence: (done: number, of: number) =>
    done === 0
      ? 'Nothing is recorded yet'
      : done === of
        ? 'The first steps are done'
        : `${done} of ${of} first steps are done`,
  sub: 'Each fills itself in from what is recorded, whoever does it and however: here, in the terminal or by the API.',
  steps: 'First steps',
  dismiss: 'Hide the list',
  hidden: 'The list is hidden for you on this computer.',
  show: 'Show it again',
  done: (what: string, name: string, when: string) => `${what} · ${name}, ${when}`,
  step: {
    'code-host': {
      title: 'Connect a code host',
      says: 'Who changed what, and who reviewed it: change management from facts and not from screenshots.',
      act: 'Connect',
    },
    identity: {
      title: 'Connect identity',
      says: 'Who has access, with which roles and second factors. Most access controls are answered from there.',
      act: 'Connect',
    },
    people: {
      title: 'Invite owners',
      says: 'Separation of duties needs two: nobody approves what they did themselves.',
      act: 'Invite',
    },
    controls: {
      title: 'Choose controls',
      says: 'The library’s controls are planned: they say nothing until you give one an owner, a frequency and a start.',
      act: 'Choose',
    },
    collection: {
      title: 'Collect for the first time',
      says: 'What was never collected is shown as not observed, with the reason.',
      act: 'Collect',
    },
    performance: {
      title: 'Record a performance',
      says: 'A review done, a restore tested: when, by whom, with which evidence.',
      act: 'Record',
    },
    policy: {
      title: 'Approve a policy',
      says: 'Written by one person, approved by another, acknowledged by those it binds. Three to begin from are here.',
      act: 'Write',
    },
    time: {
      title: 'Name a time authority',
      says: 'It puts its clock on the log, and learns nothing of what is in it. Without one the dates are this server’s own, and that cannot be made up for later.',
      act: 'Name one',
    },
    witness: {
      title: 'Name a witness',
      says: 'It signs that the log only grew. Without one two people can be shown two histories: this shows order, not honesty.',
      act: 'Name one',
    },
    gaps: {
      title: 'See the gap list',
      says: 'Every requirement that no operating control answers yet, and why.',
      act: 'Look',
    },
  },
  states: { done: 'Done', open: 'Open', look: 'To look at' },
  why: 'Why everything starts as not observed',
  whySays:
    'Countersign says nothing is good until something shows it. A control that has not started is planned; one that has, and of which nothing is known, is not observed. Both are left out of what is met.',
} as const;
