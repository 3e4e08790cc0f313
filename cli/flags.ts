import type { Option } from './command.ts';

/** Flags of every command; they may stand before it too. */
export const COMMON: readonly Option[] = [
  { flags: '--org <slug>', says: 'the organisation; default the only one' },
  { flags: '--json', says: 'one JSON document on standard output, nothing else' },
  { flags: '--as-of <time>', says: 'when it was true: an instant, or a date for the end of that day' },
  { flags: '--known-at <time>', says: 'what was recorded by then; default now' },
  { flags: '--programme <id>', says: 'the programme; default the one in force' },
  { flags: '--url <address>', says: 'a server to talk to; default COUNTERSIGN_URL, else the data of this machine' },
];

/** Those of them that take a value: the word after one is no command. */
export const WITH_VALUE: ReadonlySet<string> = new Set(
  COMMON.flatMap(({ flags }) => (flags.includes('<') ? [flags.split(' ')[0] ?? ''] : [])),
);
