import { Fault } from '@countersign/api/problem.ts';
import { selfCheck as selfCheckOperation } from '@countersign/api/operations/integrity.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';
import type { CommandSpec } from '../command.ts';
import { counted, plain } from '../text.ts';

export const selfCheck: CommandSpec = {
  name: 'self-check',
  says: 'Holds what is stored against what was logged, now, and records each difference with where it is.',
  options: [{ flags: '--sample', says: 'only what is new and a sample of the rest, as each hour' }],
  examples: [{ line: 'self-check', says: 'everything; exit 1 if something differs' }],
  async run(context, given) {
    const client = await context.client();
    const body = { kind: given.is('sample') ? ('sample' as const) : ('whole' as const) };
    for await (const line of client.lines(selfCheckOperation, { body, signal: context.world.signal })) {
      if ('progress' in line) context.progress(`${line.progress.dataset}: ${line.progress.done}`);
      else if ('refusal' in line)
        throw new Refusal(line.refusal.code, 'unmet', line.refusal.message, {}, line.refusal.at);
      else if ('fault' in line) throw new Fault(line.fault.message, { id: line.fault.id });
      else {
        const { counts, findings, gone } = line.done;
        const looked = [
          `${counted(counts.entries, 'entry', 'entries')} of the log`,
          counted(counts.records, 'record version'),
          counted(counts.facts, 'fact'),
          `${counted(counts.evidence, 'file')} of evidence`,
          `the answers of ${counted(counts.answers, 'check')}`,
        ];
        const list = findings.flatMap(({ code, says, expected, found }) => [
          plain(`${code}: ${says}`),
          ...(expected === undefined ? [] : [plain(`    expected ${expected}`)]),
          ...(found === undefined ? [] : [plain(`    found    ${found}`)]),
        ]);
        const verdict = findings.length === 0 ? 'No difference.' : `${counted(findings.length, 'difference')}:`;
        const over = gone.length === 0 ? [] : [`${counted(gone.length, 'difference')} found before: no longer there.`];
        return {
          json: line.done,
          text: [`Looked at ${looked.join(', ')}.`, verdict, ...list, ...over].join('\n'),
          exit: findings.length === 0 ? 0 : 1,
        };
      }
    }
    throw new Fault('The self-check broke off before its end.');
  },
};
