import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { product } from '@countersign/core/product.ts';
import { syntaxError } from '@countersign/server/judge/expression.ts';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { declared } from './declared.ts';
import { files, read, ROOT } from './sources.ts';

const Named = z.looseObject({ kind: z.string(), id: z.string() });
type Named = z.infer<typeof Named>;

/** Documents of a YAML file as `apply` reads them. */
const documents = (path: string): readonly Named[] =>
  parseAllDocuments(read(path)).map((document) => Named.parse(document.toJS()));

/** What the product refuses of a record, or undefined. */
function refusal({ kind, id, ...body }: Named): string | undefined {
  const def = product.records.get(kind);
  if (def === undefined) return `${id}: no kind ${kind}`;
  const parsed = def.body.safeParse(body);
  if (!parsed.success) return `${id}: ${z.prettifyError(parsed.error)}`;
  const holds: (body: never) => { readonly code: string } | undefined = def.holds;
  return Reflect.apply(holds, undefined, [parsed.data])?.code;
}

describe('docs/examples', () => {
  const records = documents('docs/examples/controls.yaml');

  test('every record of the controls file is one that the product takes', () => {
    expect(records.map(({ kind }) => kind)).toEqual(['control', 'control', 'control', 'control', 'check']);
    expect(records.flatMap((record) => refusal(record) ?? [])).toEqual([]);
    expect(refusal({ kind: 'control', id: 'x', title: 'x', frequency: 'daily', answers: { soc2: ['CC99.1'] } })).toBe(
      'control.answers',
    );
  });

  test('the expressions of its check are CEL', () => {
    const expressions = records
      .flatMap(({ applies, passes }) => [applies, passes])
      .filter((it) => typeof it === 'string');

    expect(expressions.length).toBe(2);
    expect(expressions.flatMap((it) => syntaxError(it) ?? [])).toEqual([]);
    expect(syntaxError('it.(')).toBeDefined();
  });

  test('every performance is one that the act takes, of a control of the file', () => {
    const act = product.acts.get('performance.recordMany');
    const performances = read('docs/examples/performances.ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => z.looseObject({ control: z.string() }).parse(JSON.parse(line)));
    const controls = new Set(records.map(({ id }) => id));

    expect(act?.input.safeParse({ performances }).success).toBe(true);
    expect(performances.length).toBeGreaterThan(20);
    expect(performances.filter(({ control }) => !controls.has(control))).toEqual([]);
  });
});

/** Command lines in fenced blocks: one word list each, quotes kept together. */
function commandLines(path: string): readonly (readonly string[])[] {
  const blocks = [...read(path).matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');
  return blocks
    .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
    .filter((line) => line.startsWith('npx countersign '))
    .map(
      (line) =>
        line
          .replace(/\s#.*$/, '')
          .match(/"[^"]*"|'[^']*'|\S+/g)
          ?.slice(2) ?? [],
    );
}

/** What is wrong with a command line as the terminal declares itself: no such command, no such flag. */
function faultsOf(words: readonly string[]): readonly string[] {
  const [first, name = ''] = words;
  // Acts and views make no commands of their own: `act NAME --input …`.
  if (first === 'act' || first === 'view')
    return declared.product[first === 'act' ? 'acts' : 'views'].has(name) ? [] : [`no ${first}: ${name}`];
  const command =
    declared.commands.find(({ name }) => name === words.slice(0, 2).join(' ')) ??
    declared.commands.find(({ name }) => name === words[0]);
  if (command === undefined) return [`no command: ${words.join(' ')}`];
  const flags = [...(command.options ?? []), ...declared.common].map((option) => option.flags.split(/[ ,]/)[0]);
  return words
    .filter((word) => word.startsWith('--') && !flags.includes(word))
    .map((flag) => `${command.name} ${flag}`);
}

describe('README.md', () => {
  test('names the two commands', () => {
    expect(read('README.md')).toMatch(/^npm start$/m);
    expect(read('README.md')).toMatch(/^npm test$/m);
  });

  test('every command of the tour is one that the terminal has', () => {
    const lines = commandLines('README.md');

    expect(lines.length).toBeGreaterThan(8);
    expect(lines.flatMap(faultsOf)).toEqual([]);
    expect(faultsOf(['status', '--framwork', 'soc2'])).toEqual(['status --framwork']);
    expect(faultsOf(['act', 'witness.nam'])).toEqual(['no act: witness.nam']);
  });
});

describe('links', () => {
  const pages = files().filter((path) => path.endsWith('.md'));

  test('every link to a file of ours leads somewhere', () => {
    const links = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, to]) => ({ page, to: to ?? '' })),
    );
    const broken = links.filter(({ page, to }) => !existsSync(join(ROOT, posix.join(posix.dirname(page), to))));

    expect(links.length).toBeGreaterThan(10);
    expect(broken).toEqual([]);
  });

  test('every decision has its number once, in order, without a gap', () => {
    const numbers = files('docs/decisions').flatMap((path) => /\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1] ?? []);

    expect(numbers.length).toBeGreaterThanOrEqual(16);
    expect(numbers).toEqual(numbers.map((_, i) => String(i + 1).padStart(4, '0')));
  });
});
