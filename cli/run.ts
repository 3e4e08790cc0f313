import { Fault } from '@countersign/api/problem.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';
import { Command, CommanderError, Option as Flag } from 'commander';
import type { CommandSpec, Example, Given, Option, Outcome } from './command.ts';
import { productCommands } from './commands/generic.ts';
import { Context } from './context.ts';
import { COMMON, WITH_VALUE } from './flags.ts';
import { PlacedRefusal, refuseInput } from './refusal.ts';
import { plain } from './text.ts';
import { COMMANDS, GENERIC } from './tour.ts';
import type { World } from './world.ts';

const GROUPS: Readonly<Record<string, string>> = {
  act: 'Does any act of the product by name.',
  view: 'Answers any view of the product by name.',
  ledger: 'The append-only log: checkpoint, proofs, export.',
  evidence: 'Documents that show something.',
  facts: 'Facts for sources that are pushed.',
  token: 'API tokens.',
};

/** The first word that is no flag, nor the value of one. */
export const firstWord = (argv: readonly string[]): string | undefined =>
  argv.find((word, i) => !word.startsWith('-') && !WITH_VALUE.has(argv[i - 1] ?? ''));

const isJson = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json');
};

/** What was typed for one command, whatever commander made of it. */
function givenOf(args: readonly unknown[], options: Readonly<Record<string, unknown>>): Given {
  const texts = (option: string): readonly string[] =>
    [options[option]].flat().filter((value) => typeof value === 'string');
  return {
    args: args.flat().filter((arg) => typeof arg === 'string'),
    texts,
    text: (option) => texts(option).at(-1),
    must(option) {
      const value = texts(option).at(-1);
      if (value === undefined) throw refuseInput('usage', { says: `--${option} is needed.` });
      return value;
    },
    is: (option) => options[option] === true,
  };
}

function flagFor({ flags, says, required, many, choices }: Option): Flag {
  const flag = new Flag(flags, says);
  if (choices !== undefined) flag.choices(choices);
  if (required === true) flag.makeOptionMandatory();
  if (many === true) {
    flag.argParser((value: string, past: unknown) => {
      if (choices !== undefined && !choices.includes(value)) {
        throw refuseInput('usage', { says: `${flags.split(' ')[0]} takes ${choices.join(', ')}, not “${value}”.` });
      }
      const before: readonly unknown[] = Array.isArray(past) ? past : [];
      return [...before, value];
    });
  }
  return flag;
}

const examplesText = (examples: readonly Example[]): string =>
  `\nExamples:\n${examples.map(({ line, says }) => `  countersign ${line}\n      ${says}`).join('\n')}\n`;

type Act = (spec: CommandSpec, given: Given) => Promise<void>;

function build(commands: readonly CommandSpec[], act: Act): Command {
  const program = new Command('countersign')
    .description('SOC 2 and ISO/IEC 27001 from one control set and one body of evidence, provable offline.')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .addHelpText('after', examplesText(COMMANDS.flatMap(({ examples }) => examples.slice(0, 1)).slice(0, 6)));
  for (const option of COMMON) program.addOption(flagFor(option));

  const groups = new Map<string, Command>();
  const parentOf = (name: string): Command => {
    const there = groups.get(name);
    if (there !== undefined) return there;
    const group = program
      .command(name)
      .description(GROUPS[name] ?? '')
      .configureHelp({ showGlobalOptions: true });
    groups.set(name, group);
    return group;
  };
  for (const word of ['act', 'view'] as const) parentOf(word).addHelpText('after', examplesText(GENERIC[word]));
  for (const word of Object.keys(GROUPS).filter((name) => !(name in GENERIC))) {
    const own = commands.filter(({ name }) => name.startsWith(`${word} `));
    parentOf(word).addHelpText('after', examplesText(own.flatMap(({ examples }) => examples)));
  }

  for (const spec of commands) {
    const [first = '', second] = spec.name.split(' ');
    const command = (second === undefined ? program : parentOf(first)).command(second ?? first);
    command
      .description(spec.says)
      .configureHelp({ showGlobalOptions: true })
      .addHelpText('after', examplesText(spec.examples));
    for (const arg of spec.args ?? []) command.argument(arg.name, arg.says);
    for (const option of spec.options ?? []) command.addOption(flagFor(option));
    command.action(async () => act(spec, givenOf(command.processedArgs, command.opts())));
  }
  return program;
}

/** Everywhere the same: nothing is written and nobody exits but `run`. */
function tame(command: Command, heard: { out: string; err: string }): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => (heard.out += text),
    writeErr: (text) => (heard.err += text),
  });
  for (const child of command.commands) tame(child, heard);
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * One run of the command line: reads `argv` (without node and script), does it, prints it. Exit code 0 done or “yes”, 1 the
 * answer is “no”, 2 refused input, 3 a fault.
 */
export async function run(argv: readonly string[], world: World): Promise<0 | 1 | 2 | 3> {
  const json = isJson(argv);
  let context: Context | undefined;
  let outcome: Outcome | undefined;
  const heard = { out: '', err: '' };
  try {
    const word = firstWord(argv);
    const isOfProduct = word === 'act' || word === 'view';
    const commands = isOfProduct ? [...COMMANDS, ...productCommands(await world.product())] : COMMANDS;
    const program = build(commands, async (spec, given) => {
      const flags = program.opts();
      context = new Context(world, {
        org: text(flags['org']),
        json,
        asOf: text(flags['asOf']),
        knownAt: text(flags['knownAt']),
        programme: text(flags['programme']),
        url: text(flags['url']),
      });
      outcome = await Promise.race([spec.run(context, given), stopped(world.signal)]);
    });
    tame(program, heard);
    await program.parseAsync(argv, { from: 'user' });
    return outcome === undefined ? helped(heard, json, world) : told(outcome, json, world);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return helped(heard, json, world);
    return failed(error instanceof CommanderError ? usage(error, heard) : error, json, world);
  } finally {
    await context?.close().catch((error: unknown) => world.stderr.write(`${String(error)}\n`));
  }
}

/** Rejects at Ctrl-C, also under a command that waits for something it cannot call off. */
const stopped = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

function told(outcome: Outcome, json: boolean, world: World): 0 | 1 {
  for (const note of outcome.notes ?? []) world.stderr.write(`${plain(note)}\n`);
  world.stdout.write(`${json ? JSON.stringify(outcome.json) : outcome.text}\n`);
  return outcome.exit ?? 0;
}

function helped(heard: { out: string }, json: boolean, world: World): 0 {
  world.stdout.write(json ? `${JSON.stringify({ help: heard.out })}\n` : heard.out);
  return 0;
}

/** What commander refuses, as a refusal of ours; where a command is missing it has written the help instead of a reason. */
function usage(error: CommanderError, heard: { err: string }): Error {
  const isHelp = error.code === 'commander.help';
  const says = isHelp
    ? 'Say what to do: “countersign --help” lists the commands.'
    : error.message.replace(/^error: /, '');
  if (isHelp && heard.err !== '')
    return refuseInput('usage', { says: `A command is missing.\n\n${heard.err.trimEnd()}` });
  return refuseInput('usage', { says: says.endsWith('.') || says.endsWith(')') ? says : `${says}.` });
}

function failed(error: unknown, json: boolean, world: World): 2 | 3 {
  const out = (document: object): void => {
    if (json) world.stdout.write(`${JSON.stringify(document)}\n`);
  };
  const isRefusal = error instanceof Refusal || error instanceof PlacedRefusal || hasRefusalForm(error);
  if (isRefusal) {
    const at = error instanceof PlacedRefusal ? error.at : undefined;
    out({ refusal: { code: error.code, message: error.message, ...(at === undefined ? {} : { at }) } });
    const where = at === undefined ? '' : `${at.file}:${at.line}:${at.column}: `;
    world.stderr.write(
      `${error.message
        .split('\n')
        .map((line, i) => plain(i === 0 ? where + line : line))
        .join('\n')} [${error.code}]\n`,
    );
    return 2;
  }
  const id = (error instanceof Fault ? error.id : undefined) ?? world.uuid();
  const isStopped = world.signal.aborted;
  const message = isStopped
    ? 'Stopped before it was finished.'
    : error instanceof Error
      ? error.message
      : String(error);
  out({ fault: { id, message } });
  world.stderr.write(`${plain(message)}${isStopped ? '' : ` (fault ${id})`}\n`);
  if (!isStopped && !(error instanceof Fault) && error instanceof Error && error.stack !== undefined)
    world.stderr.write(`${error.stack}\n`);
  return 3;
}

/** A refusal of a room with a class of its own, as the server's settings have: named a refusal, with a code. */
const hasRefusalForm = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error &&
  /Refusal$/.test(error.constructor.name) &&
  'code' in error &&
  typeof error.code === 'string';
