import { plural } from '../kit/format.ts';

export const words = {
  title: 'From one edition to the next',
  sentence: (from: string, moved: number, look: number) =>
    moved === 0
      ? `No control answers ${from}.`
      : `${plural(moved, 'answer')} to ${from} ${moved === 1 ? 'moves' : 'move'} on; ${look === 0 ? 'none needs' : look === 1 ? '1 needs' : `${look} need`} a look.`,
  sub: (to: string, added: number, open: number) =>
    `In ${to} ${plural(added, 'item is', 'items are')} new and answered by nobody, and ${plural(open, 'item has', 'items have')} no answer to take over.`,
  tabs: { controls: 'Controls', newer: 'Newer edition', older: 'Older edition', scope: 'Out of scope', done: 'Done' },
  sections: 'Parts of the transition',
  move: (n: number) => `Move ${plural(n, 'answer')}`,
  filter: 'Reference, title or control',
  fate: 'What it has then',
  fates: {
    carried: 'Carried over',
    look: 'Needs a look',
    answered: 'Answered already',
    'left-out': 'Out of scope',
    open: 'No answer',
    added: 'New, no answer',
  },
  became: { kept: 'Kept', renamed: 'Renamed', merged: 'Merged', split: 'Split', removed: 'Removed' },
  came: { kept: 'Kept', renamed: 'Renamed', merged: 'Merged', split: 'Split off', added: 'New' },
  asks: { same: 'asks for the same', more: 'asks for more', new: 'asks for something new' },
  columns: {
    control: 'Control',
    from: 'Answers today',
    to: 'Goes to',
    look: 'Look at',
    ref: 'Reference',
    item: 'Item',
    came: 'Came',
    became: 'Became',
    fate: 'Then',
    controls: 'Controls',
  },
  tables: {
    controls: 'Controls and where their answers go',
    newer: 'Items of the newer edition',
    older: 'Items of the older edition',
    done: 'Transitions done',
  },
  why: {
    'asks-more': 'the newer item asks for more',
    split: 'it became several: say which part this control answers',
  },
  choice: (control: string, ref: string) => `${ref} of ${control} goes to`,
  choices: { all: 'all of them', stays: 'stays where it is', moves: (to: string) => to },
  unanswered: (refs: string) => `Nobody answers ${refs}, which it came from too.`,
  planned: (ids: string) => `Would be answered by ${ids}, planned and not started.`,
  from: (refs: string) => `From ${refs}.`,
  nobody: 'Nobody',
  none: 'Nothing fits',
  noneHelp: 'Take the filter away to see all of them.',
  empty: {
    title: (from: string) => `No control answers ${from}`,
    body: 'Bring your matrix of that edition in: it has a column of its own when you import controls. Then this page says what carries over and what needs a look.',
    link: 'Import controls',
  },
  scope: {
    title: 'What was out of scope',
    help: 'One item of the older edition a line, then why it was left out: A.14.2.7 Nobody develops for us. Where all that a newer item came from was out, nothing answers it and it asks for no more, that carries over.',
    lines: 'Items and justifications',
    wrong: (line: number) => `Line ${line} has no reference followed by a justification of three letters at least.`,
    show: 'Show what that makes',
    programme: 'Programme that takes it over',
    carried: (n: number) => `${plural(n, 'item')} can be left out in the newer edition`,
    look: (n: number) => `${plural(n, 'item has', 'items have')} to be decided anew`,
    whys: {
      partly: 'only a part of what it came from was out of scope',
      answered: 'a control answers it',
      'asks-more': 'it asks for more than before',
    },
    nothing: 'Nothing is entered yet.',
    noProgramme: 'No programme of the newer edition has been begun: begin one to take it over.',
  },
  confirm: {
    title: 'Move to the newer edition',
    body: (controls: number, answers: number) =>
      `${plural(answers, 'answer')} of ${plural(controls, 'control')} will be those of the newer edition from now on. What was is kept and can be taken back while nobody changes it.`,
    look: (n: number) =>
      `${n === 1 ? 'One of them needs a look and moves' : `${n} of them need a look and move`} as the table says, since nothing else was chosen.`,
    scope: (n: number, programme: string) =>
      `${plural(n, 'item')} will be out of scope of ${programme}; what is out of it already stays so.`,
    mappings: (n: number) => `${plural(n, 'line')} of your own mappings will speak of the newer edition.`,
    send: 'Move',
    cancel: 'Leave as it is',
  },
  undo: {
    button: 'Take back',
    title: 'Take the transition back',
    body: 'What it changed will be as it was before. If anything of it was changed since, nothing is taken back and you are told what.',
    send: 'Take back',
  },
  done: {
    none: 'Nothing was moved yet',
    noneHelp: 'A transition stands here when it is done, with what it changed.',
    states: { applied: 'Applied', undone: 'Taken back' },
    when: 'When',
    what: 'What',
    state: 'State',
    counts: (controls: number, mappings: number) =>
      [plural(controls, 'control'), mappings === 0 ? '' : plural(mappings, 'line of mappings', 'lines of mappings')]
        .filter((part) => part !== '')
        .join(', '),
    programme: (id: string) => `out of scope in ${id}`,
  },
  mappings: (move: number, look: number) =>
    `Own mappings: ${move} ${move === 1 ? 'line moves' : 'lines move'}, ${look} to be read again.`,
} as const;
