import {
  createToken as createTokenOperation,
  doctor as doctorOperation,
  init as initOperation,
  rebuild as rebuildOperation,
  sample as sampleOperation,
} from '@countersign/api/operations.ts';
import { rotateKeys as rotateKeysOperation } from '@countersign/api/operations/jobs.ts';
import { Fault } from '@countersign/api/problem.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';
import type { CommandSpec, Given, Outcome } from '../command.ts';
import type { Context } from '../context.ts';
import { refuseInput } from '../refusal.ts';
import { counted, listed, plain, table } from '../text.ts';

const split = (given: Given, option: string): string[] | undefined =>
  given
    .text(option)
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

export const init: CommandSpec = {
  name: 'init',
  says: 'Creates an organisation, adopts frameworks and the control library as planned.',
  options: [
    { flags: '--name <name>', says: 'as it is called', required: true },
    { flags: '--slug <slug>', says: 'as it is named in commands: small letters, digits, hyphens', required: true },
    { flags: '--time-zone <zone>', says: 'whose days count, as Europe/Madrid; default UTC' },
    { flags: '--frameworks <list>', says: 'soc2,iso27001; default both' },
    { flags: '--categories <list>', says: 'of SOC 2: security,availability …; default security' },
    {
      flags: '--demo',
      says: 'an invented company with fourteen months of history, marked as a sample for good; default Europe/Madrid, both frameworks',
    },
  ],
  examples: [
    { line: 'init --name "Example Ltd" --slug example --time-zone Europe/Madrid', says: 'a new organisation' },
  ],
  async run(context, given) {
    const client = await context.client();
    const timeZone = given.text('timeZone');
    const frameworks = split(given, 'frameworks');
    const categories = split(given, 'categories');
    if (given.is('demo')) {
      if (frameworks !== undefined || categories !== undefined)
        throw refuseInput('usage', { says: 'A sample comes with its frameworks and categories: leave them out.' });
      return demo(context, given);
    }
    const done = await client.call(initOperation, {
      body: {
        name: given.must('name'),
        slug: given.must('slug'),
        ...(timeZone === undefined ? {} : { timeZone }),
        ...(frameworks === undefined ? {} : { frameworks }),
        ...(categories === undefined ? {} : { categories }),
      },
    });
    const scope = Object.entries(done.requirements).map(([framework, n]) => `${n} of ${framework}`);
    const adopted = scope.length === 0 ? '' : ` Requirements: ${listed(scope)}.`;
    const text = `${done.organisation} is there, with ${counted(done.controls, 'control')} from the library, all planned.${adopted}`;
    return { json: done, text };
  },
};

/** The sample organisation, with its progress. */
async function demo(context: Context, given: Given): Promise<Outcome> {
  const client = await context.client();
  const timeZone = given.text('timeZone');
  const body = { name: given.must('name'), slug: given.must('slug'), ...(timeZone === undefined ? {} : { timeZone }) };
  for await (const line of client.lines(sampleOperation, { body, signal: context.world.signal })) {
    if ('progress' in line) context.progress(`${line.progress.dataset}: ${line.progress.done} of ${line.progress.of}`);
    else if ('refusal' in line)
      throw new Refusal(line.refusal.code, 'unmet', line.refusal.message, {}, line.refusal.at);
    else if ('fault' in line) throw new Fault(line.fault.message, { id: line.fault.id });
    else {
      const text = `${line.done.organisation} is there: a sample organisation with ${counted(line.done.controls, 'control')} and fourteen months of history. All of it is invented, the recorded times too.`;
      return { json: line.done, text };
    }
  }
  throw new Fault('The sample broke off before its end. The same command goes on with it.');
}

export const createToken: CommandSpec = {
  name: 'token create',
  says: 'Makes an API token and prints it once.',
  options: [
    { flags: '--name <name>', says: 'what it is for', required: true },
    { flags: '--for <person>', says: 'the person it speaks for' },
    {
      flags: '--scope <scope>',
      says: 'read, write (default), act:NAME for one act, source:ID for one source',
      many: true,
    },
    { flags: '--expires <time>', says: 'when it ends' },
  ],
  examples: [
    { line: 'token create --name ci --scope read --expires 2030-12-31', says: 'for a pipeline that reads' },
    { line: 'token create --name hr --scope source:people', says: 'for one that pushes to a source, and nothing else' },
    { line: 'token create --name drill --scope act:performance.record', says: 'for one that records performances' },
  ],
  async run(context, given) {
    const client = await context.client();
    const scope = scopeOf(given.texts('scope'));
    const person = given.text('for');
    const expires = await context.instant('--expires', given.text('expires'));
    const made = await client.call(createTokenOperation, {
      body: {
        name: given.must('name'),
        ...(person === undefined ? {} : { for: person }),
        ...scope,
        ...(expires === undefined ? {} : { expires }),
      },
    });
    const until = made.expires === null ? 'It does not expire' : `It expires ${made.expires}`;
    return { json: made, text: made.token, notes: [`Token ${made.id}. ${until}. It is shown this once.`] };
  },
};

/** What `--scope` says: how far the token reaches, and the acts or the source that it is held to. */
function scopeOf(texts: readonly string[]): {
  scope?: 'read' | 'write';
  acts?: string[];
  source?: string;
} {
  const scopes = new Set<'read' | 'write'>();
  const acts: string[] = [];
  const sources: string[] = [];
  for (const text of texts) {
    const [, what, of = ''] = /^(act|source):(.+)$/.exec(text) ?? [];
    if (text === 'read' || text === 'write') scopes.add(text);
    else if (what === 'act') acts.push(of);
    else if (what === 'source') sources.push(of);
    else throw refuseInput('usage', { says: `“${text}” is no scope: read, write, act:NAME or source:ID.` });
  }
  const [scope, ...otherScopes] = scopes;
  const [source, ...otherSources] = sources;
  if (otherScopes.length > 0 || otherSources.length > 0)
    throw refuseInput('usage', { says: 'A token reads or writes, and is for one source at most: make two.' });
  return {
    ...(scope === undefined ? {} : { scope }),
    ...(acts.length === 0 ? {} : { acts }),
    ...(source === undefined ? {} : { source }),
  };
}

export const rebuild: CommandSpec = {
  name: 'rebuild',
  says: 'Makes the tables anew from log and payloads, beside the present ones, and compares.',
  examples: [{ line: 'rebuild', says: 'exit 1 if anything differs' }],
  async run(context) {
    const client = await context.client();
    for await (const line of client.lines(rebuildOperation, { signal: context.world.signal })) {
      if ('progress' in line) context.progress(`${line.progress.dataset}: ${line.progress.done}`);
      else if ('refusal' in line)
        throw new Refusal(line.refusal.code, 'unmet', line.refusal.message, {}, line.refusal.at);
      else if ('fault' in line) throw new Fault(line.fault.message, { id: line.fault.id });
      else {
        const { differences, checked } = line.done;
        const sums = Object.entries(checked).map(([table, n]) => `${n} in ${table}`);
        const verdict = differences.length === 0 ? 'No difference.' : `${counted(differences.length, 'difference')}:`;
        const list = differences.map(({ table, what }) => plain(`${table}: ${what}`));
        return {
          json: line.done,
          text: [`Checked ${listed(sums)}.`, verdict, ...list].join('\n'),
          exit: differences.length === 0 ? 0 : 1,
        };
      }
    }
    throw new Fault('The rebuild broke off before its end.');
  },
};

export const doctor: CommandSpec = {
  name: 'doctor',
  says: 'Explains what is wrong with this installation, and what to do about it.',
  examples: [{ line: 'doctor', says: 'exit 1 if it finds something' }],
  async run(context) {
    const findings = await context
      .client()
      .then((client) => client.call(doctorOperation, {}))
      .then(({ findings: found }) => found)
      .catch((error: unknown) => {
        // That it does not start is what a doctor is asked about; only a refusal is not.
        if (!(error instanceof Error) || error instanceof Refusal) throw error;
        return [{ ok: false, says: error.message }];
      });
    const rows = findings.map((finding) => [
      finding.ok ? 'ok' : 'wrong',
      finding.says,
      'advice' in finding ? (finding.advice ?? '') : '',
    ]);
    const isWell = findings.every(({ ok }) => ok);
    return { json: { findings }, text: table(['', 'FOUND', 'ADVICE'], rows), exit: isWell ? 0 : 1 };
  },
};

export const rotateKeys: CommandSpec = {
  name: 'keys rotate',
  says: 'Puts a new key into the key file and seals every secret anew under it. Sessions and second factors stay.',
  examples: [{ line: 'keys rotate', says: 'keeps the old key in a file beside it, for backups made before' }],
  async run(context) {
    const client = await context.client();
    const done = await client.call(rotateKeysOperation, {});
    const what = `${counted(done.secrets, 'secret')} of ${counted(done.organisations, 'organisation')}`;
    return {
      json: done,
      text: `${what} are sealed under a new key.`,
      notes: [
        `The old key is in ${done.kept}. Backups made before need it; remove it when they are gone. Where several machines share the database, copy the key file to each now.`,
      ],
    };
  },
};
