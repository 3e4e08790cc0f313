import {
  askWitnesses as askOperation,
  rotateLogKey as rotateOperation,
  stampLog as stampOperation,
} from '@countersign/api/operations/outside.ts';
import type { CommandSpec, Outcome } from '../command.ts';
import { counted, plain } from '../text.ts';

interface Asked {
  readonly name: string;
  readonly came: 'recorded' | 'untouched' | 'not-due' | 'trouble';
  readonly size?: number | undefined;
  readonly at?: string | undefined;
  readonly code?: string | undefined;
  readonly says?: string | undefined;
}

const line = ({ name, came, size = 0, at = '', code = '', says = '' }: Asked): string => {
  if (came === 'recorded') return `${name}: saw ${counted(size, 'entry', 'entries')} at ${at}`;
  if (came === 'untouched') return `${name}: has seen all that there is to see`;
  return came === 'not-due' ? `${name}: is asked once a day` : `${name}: ${says} (${code})`;
};

/** The answer of a round; nobody named is no failure, and says what is lost. */
function told(asked: readonly Asked[], nobody: string): Outcome {
  return {
    json: { asked },
    text: asked.length === 0 ? nobody : asked.map(line).map(plain).join('\n'),
    exit: asked.some(({ came }) => came === 'trouble') ? 1 : 0,
  };
}

export const stamp: CommandSpec = {
  name: 'ledger stamp',
  says: 'Has the time-stamp authorities stamp the log now, and waits. Each hour this happens by itself.',
  examples: [{ line: 'ledger stamp', says: 'each authority for itself; nothing where all is stamped' }],
  async run(context) {
    const client = await context.client();
    const { asked } = await client.call(stampOperation, {});
    return told(
      asked,
      'No time-stamp authority is named: the dates are this server’s own. Name one with “countersign act authority.name”.',
    );
  },
};

export const askWitness: CommandSpec = {
  name: 'ledger ask',
  says: 'Asks the witnesses that are asked over HTTP to cosign the log now, and waits. Each hour this happens by itself.',
  examples: [{ line: 'ledger ask', says: 'each witness for itself; nothing where all was seen' }],
  async run(context) {
    const client = await context.client();
    const { asked } = await client.call(askOperation, {});
    return told(
      asked,
      'No witness is asked over HTTP: this shows order, not honesty. Name one with “countersign act witness.name”.',
    );
  },
};

export const rotateLogKey: CommandSpec = {
  name: 'ledger rotate-key',
  says: 'Hands the log over to a new key. Whoever holds the key before, or the new one, can verify all of it.',
  examples: [{ line: 'ledger rotate-key', says: 'and gives the new key, for witnesses and auditors' }],
  async run(context) {
    const client = await context.client();
    const handed = await client.call(rotateOperation, {});
    return {
      json: handed,
      text: handed.vkey,
      notes: [
        `Entry ${handed.index} hands the log over from ${handed.replaces}.`,
        'Give the new key to your witnesses: they know only the one before, and sign nothing until they are told.',
      ],
    };
  },
};
