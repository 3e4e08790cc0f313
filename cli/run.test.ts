import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { firstWord } from './run.ts';
import type { Answers } from './testing/canned.ts';
import { canned, problem } from './testing/canned.ts';
import type { Stage } from './testing/world.ts';
import { stage } from './testing/world.ts';
import { COMMANDS, TOUR } from './tour.ts';
import { remote } from './transport.ts';
import type { World } from './world.ts';

const stages: Stage[] = [];
afterEach(async () => {
  for (const one of stages.splice(0)) await one.close();
});

async function standUp(answers: Answers = {}, more: Partial<World> = {}) {
  const { sent, connect } = canned(answers);
  const one = await stage(connect, more);
  stages.push(one);
  return { ...one, sent };
}

const act = (answer: unknown) => () => ({ index: 1, recordedAt: '2026-01-01T00:00:00Z', changes: [], answer });

const requirement = (ref: string, state: string, controls: readonly string[] = []) => ({
  ref,
  state,
  because: [`Why ${ref}.`],
  controls: controls.map((control, i) => ({ id: `C-${i}`, state: control, because: [] })),
});

const STATUS = {
  asOf: '2026-03-01T00:00:00Z',
  knownAt: '2026-03-01T00:00:00Z',
  framework: 'soc2',
  programme: 'p',
  catalog: 'c',
  counts: { met: 31, partly: 1, unmet: 0, notObserved: 1, outOfScope: 28 },
  requirements: [
    requirement('CC1.1', 'met', ['operating']),
    requirement('CC1.2', 'partly', ['operating', 'failing', 'operating']),
    requirement('CC1.3', 'not-observed', ['planned']),
  ],
  log: { size: 3, root: 'r' },
};

describe('exit codes', () => {
  it.each([
    [409, 'kettle.boiling', 2, { refusal: { code: 'kettle.boiling', message: 'No.' } }],
    [422, 'record.invalid', 2, { refusal: { code: 'record.invalid', message: 'No.' } }],
    [401, 'identity.missing', 2, { refusal: { code: 'identity.missing', message: 'No.' } }],
    [403, 'identity.required', 2, { refusal: { code: 'identity.required', message: 'No.' } }],
    [404, 'record.missing', 2, { refusal: { code: 'record.missing', message: 'No.' } }],
    [413, 'request.large', 2, { refusal: { code: 'request.large', message: 'No.' } }],
    [500, 'fault', 3, { fault: { id: 'F-1', message: 'No.' } }],
    [503, 'service.restarting', 3, { fault: { message: 'No.' } }],
  ])('an answer of %d %s is exit %d', async (status, code, exit, document) => {
    const { run } = await standUp({
      'GET /api/records/kettle/a': () => problem(status, code, 'No.', status === 500 ? { id: 'F-1' } : {}),
    });

    const ran = await run('get', 'kettle', 'a', '--json');

    expect(ran.code).toBe(exit);
    expect(ran.json()).toMatchObject(document);
    expect(ran.err).toContain('No.');
  });

  it('is 3, with an id, where nobody answers', async () => {
    const one = await stage(async (where) => remote('http://127.0.0.1:1', where));
    stages.push(one);

    const ran = await one.run('get', 'kettle', '--json');

    expect([ran.code, ran.json()]).toEqual([
      3,
      { fault: { id: expect.any(String), message: expect.stringContaining('http://127.0.0.1:1') } },
    ]);
  });

  it.each([
    ['an unknown command', ['statsu']],
    ['an unknown flag', ['status', '--framwork', 'soc2']],
    ['a flag that is missing', ['status']],
    ['a flag without its value', ['status', '--framework']],
    ['a choice that is none', ['status', '--framework', 'soc2', '--view', 'desing']],
    ['one of several choices that is none', ['status', '--framework', 'soc2', '--fail-on', 'unmte']],
    ['an argument too many', ['doctor', 'now']],
    ['no command', []],
    ['a group without its command', ['ledger']],
    ['an act that is none', ['act', 'kettle.bowl']],
    ['an as-of for a history', ['get', 'control', 'C', '--history', '--as-of', '2026-01-01']],
    ['an as-of for a window', ['effectiveness', '--from', '2026-01-01', '--to', '2026-02-01', '--as-of', '2026-01-01']],
    ['an index that is none', ['ledger', 'proof', '-1']],
    ['a date that is none', ['perform', 'C', '--at', '2026-02-30']],
    ['a setting that is no pair', ['connect', 'push', '--id', 'x', '--setting', 'novalue']],
    ['a secret on the command line', ['connect', 'git', '--id', 'x', '--secret', 'token=hunter2']],
    ['a file that is not there', ['apply', 'nothing.yaml']],
    ['a folder without files', ['apply', '.']],
    ['an export that is not there', ['verify', 'nowhere']],
    ['a root that is not there', ['verify', '.', '--tsa-root', '@nowhere.pem']],
    ['the key of a witness that is not there', ['verify', '.', '--witness', '@nowhere.vkey']],
    ['input that is no JSON', ['act', 'kettle.boil', '--input', '{']],
    ['input that is no object', ['act', 'kettle.boil', '--input', '[1]']],
  ])('%s is refused: exit 2, one document, a code', async (_, argv) => {
    const { run, sent } = await standUp();

    const ran = await run(...argv, '--json');
    const forPeople = await run(...argv);

    expect(ran.code).toBe(2);
    expect(ran.json()).toMatchObject({
      refusal: { code: expect.stringMatching(/^input\./), message: expect.any(String) },
    });
    expect([forPeople.code, forPeople.out]).toEqual([2, '']);
    expect(forPeople.err).not.toContain('hunter2');
    expect(sent).toEqual([]);
  });

  it.each([
    [['statsu'], 'status'],
    [['status', '--framwork', 'x'], '--framework'],
    [['act', 'kettle.bowl'], 'kettle.boil'],
  ])('says what %j may have meant', async (argv, meant) => {
    const { run } = await standUp();

    expect((await run(...argv)).err).toContain(meant);
  });

  it('is 3 for a mistake of ours, with an id', async () => {
    const { run } = await standUp({}, { product: () => Promise.reject(new TypeError('a bug')) });

    const ran = await run('completion', 'bash', '--json');

    expect([ran.code, ran.json()]).toEqual([3, { fault: { id: expect.any(String), message: 'a bug' } }]);
  });
});

describe('status', () => {
  const answers = { 'POST /api/views/status': () => STATUS };

  it('tells people in a sentence, without a percentage', async () => {
    const { run } = await standUp(answers);

    const { out } = await run('status', '--framework', 'soc2');

    expect(out).toContain('31 of 33 criteria met; 1 partly and 1 not observed. 28 out of scope.');
    expect(out).toContain('2 of 3 controls operating');
    expect(out).not.toMatch(/%|passed|certified/);
  });

  it.each([
    ['unmet', 0],
    ['failing', 1],
    ['partly', 1],
    ['not-observed', 1],
  ])('--fail-on %s is exit %d', async (state, exit) => {
    const { run } = await standUp(answers);

    const ran = await run('status', '--framework', 'soc2', '--fail-on', state, '--json');

    expect([ran.code, ran.json()]).toEqual([exit, STATUS]);
  });

  it('passes both clocks, the programme and the view on', async () => {
    const { run, sent } = await standUp(answers);

    await run(
      '--as-of',
      '2026-01-31',
      'status',
      '--known-at=2026-02-15',
      '--framework',
      'soc2',
      '--view',
      'design',
      '--programme',
      'p-1',
    );

    expect(sent[0]).toMatchObject({
      query: { asOf: '2026-01-31', knownAt: '2026-02-15' },
      json: { framework: 'soc2', view: 'design', programme: 'p-1' },
    });
  });

  it('colours only for a terminal, and never says something by colour alone', async () => {
    let shown = '';
    const stdout = { isTTY: true, write: (text: string) => (shown += text) };
    const { run } = await standUp(answers, { stdout });
    const { run: unpainted } = await standUp(answers);

    await run('status', '--framework', 'soc2');

    expect(shown).toContain('\u001b[33mpartly\u001b[0m');
    // eslint-disable-next-line no-control-regex
    expect(shown.replaceAll(/\u001b\[\d+m/g, '')).toBe((await unpainted('status', '--framework', 'soc2')).out);
  });
});

describe('perform', () => {
  const done = { performance: 'f-1', met: '2026-Q1', overdue: '2025-Q4' };

  it('says which occurrence was met, and which overdue one --for would meet instead', async () => {
    const { run, sent } = await standUp({ 'POST /api/acts/performance.record': act(done) });

    const ran = await run('perform', 'AC-01', '--at', '2026-03-30T10:00:00Z', '--by', 'ada', '--outcome', 'findings');

    expect(ran.out).toContain('2026-Q1');
    expect(ran.err).toContain('--for 2025-Q4');
    expect(sent[0]?.json).toEqual({ control: 'AC-01', at: '2026-03-30T10:00:00Z', by: 'ada', outcome: 'findings' });
    expect(sent[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('takes a date for the end of that day where the organisation is', async () => {
    const row = { kind: 'organisation', id: 'organisation', version: 1, head: 1, timeZone: 'Europe/Madrid' };
    const { run, sent } = await standUp({
      'POST /api/acts/performance.record': act(done),
      'GET /api/records/organisation': () => ({ items: [row], total: 1, next: null }),
    });

    await run('perform', 'AC-01', '--at', '2026-03-30');

    expect(sent.at(-1)?.json).toMatchObject({ at: '2026-03-30T21:59:59.999Z' });
  });

  it('takes today for now, and yesterday for its end', async () => {
    const row = { kind: 'organisation', id: 'organisation', version: 1, head: 1, timeZone: 'Europe/Madrid' };
    const date = 'Sun, 29 Mar 2026 22:30:00 GMT';
    const { run, sent } = await standUp({
      'POST /api/acts/performance.record': act(done),
      'GET /api/records/organisation': () => ({ items: [row], total: 1, next: null }),
      'GET /healthz': () => Response.json({ ready: true }, { headers: { date } }),
    });

    await run('perform', 'AC-01', '--at', '2026-03-30');
    const today = sent.at(-1)?.json;
    await run('perform', 'AC-01', '--at', '2026-03-29');

    expect(today).toMatchObject({ at: '2026-03-29T22:30:00.000Z' });
    expect(sent.at(-1)?.json).toMatchObject({ at: '2026-03-29T21:59:59.999Z' });
  });

  it('files evidence only once it is known that the performance will be taken', async () => {
    const refusing = await standUp({ 'POST /api/acts/performance.record': () => problem(422, 'performance.key') });
    await refusing.write('a.txt', 'A');
    const taking = await standUp({
      'POST /api/acts/performance.record': act(done),
      'PUT /api/blobs': () => ({ digest: 'd'.repeat(64), bytes: 1, media: 'text/plain' }),
      'POST /api/acts/evidence.add': act({ evidence: 'e-1' }),
    });
    await taking.write('a.txt', 'A');

    const refused = await refusing.run(
      'perform',
      'AC-01',
      '--at',
      '2026-03-30T10:00:00Z',
      '--evidence',
      'a.txt',
      '--json',
    );
    const ran = await taking.run('perform', 'AC-01', '--at', '2026-03-30T10:00:00Z', '--evidence', 'a.txt', '--json');

    expect([refused.code, refusing.sent.length]).toEqual([2, 1]);
    expect(ran.json()).toMatchObject({ ...done, evidence: ['e-1'] });
    expect(taking.sent.map(({ path, query }) => [path, query['dryRun']])).toEqual([
      ['/api/acts/performance.record', 'true'],
      ['/api/blobs', undefined],
      ['/api/acts/evidence.add', undefined],
      ['/api/acts/performance.record', undefined],
    ]);
    expect(taking.sent[2]?.json).toMatchObject({ name: 'a.txt', blob: 'd'.repeat(64), bytes: 1, controls: ['AC-01'] });
    expect(taking.sent[3]?.json).toMatchObject({ evidence: ['e-1'] });
  });

  it('records many, and counts lines as the file has them', async () => {
    const performed = [
      { line: 1, id: 'f-1', met: '2026-Q1' },
      { line: 2, id: 'f-2', outside: 'too early' },
    ];
    const { run, write } = await standUp({ 'POST /api/acts/performance.recordMany': act({ performed }) });
    await write('p.ndjson', '{"control":"A","at":"x"}\n\n\n{"control":"B","at":"y"}\n');

    expect((await run('perform', '--file', 'p.ndjson', '--json')).json()).toEqual({
      performed: [performed[0], { ...performed[1], line: 4 }],
    });
  });

  it('names the line that the server refuses, and the line that is no JSON', async () => {
    const at = ['performances', 1, 'at'];
    const { run, write } = await standUp({
      'POST /api/acts/performance.recordMany': () => problem(422, 'performance.future', 'No.', { at }),
    });
    await write('p.ndjson', '{"control":"A","at":"x"}\n\n{"control":"B","at":"y"}\n');
    await write('q.ndjson', '{"control":"A","at":"x"}\n{"control"\n');

    expect((await run('perform', '--file', 'p.ndjson', '--json')).json()).toMatchObject({
      refusal: { code: 'performance.future', at: { file: 'p.ndjson', line: 3, column: 1 } },
    });
    expect((await run('perform', '--file', 'q.ndjson', '--json')).json()).toMatchObject({
      refusal: { code: 'input.syntax', at: { file: 'q.ndjson', line: 2 } },
    });
  });
});

describe('what a hostile server answers', () => {
  const row = { kind: 'kettle', version: 1, head: 1, title: 'T' };

  it.each(['../../evil', '/etc/cron.d/evil', '..', 'a/b', 'a\\b', '.hidden', 'x'.repeat(300)])(
    'never becomes a path outside the folder: id %j',
    async (id) => {
      const { run, folder } = await standUp({
        'GET /api/records/kettle': () => ({ items: [{ ...row, id }], total: 1, next: null }),
      });

      const ran = await run('export', 'out', '--kind', 'kettle', '--json');

      expect(ran.json()).toMatchObject({ refusal: { code: 'input.unsafe' } });
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it.each(['../evil', '/etc/evil', 'tile/../../evil', '', 'tile//0', './checkpoint', 'a\\..\\b'])(
    'never becomes a path outside the folder: file %j',
    async (path) => {
      const line = JSON.stringify({ file: { path, bytes: 'AA==', append: false } });
      const { run, folder } = await standUp({
        'GET /api/log/export': () => new Response(`${line}\n{"done":{"pieces":1}}\n`),
      });

      const ran = await run('ledger', 'export', 'log', '--json');

      expect(ran.json()).toMatchObject({ refusal: { code: 'input.unsafe' } });
      expect(await readdir(join(folder, 'log'))).toEqual([]);
    },
  );

  it('cannot move the cursor or hide what was printed', async () => {
    const { run } = await standUp({
      'GET /api/records/kettle': () => ({
        items: [{ ...row, id: 'a', title: '\u001b[2J\u001b]0;x\u0007\u202egpj' }],
        total: 1,
        next: null,
      }),
    });

    const { out } = await run('get', 'kettle');

    // eslint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u001b\u0007\u202e]/);
  });
});

describe('long answers', () => {
  const progress = '{"progress":{"source":"s","dataset":"d","done":1}}\n';

  it.each<[string, number, object]>([
    [
      `${progress}{"refusal":{"code":"source.busy","message":"Busy."}}\n`,
      2,
      { refusal: { code: 'source.busy', message: 'Busy.' } },
    ],
    ['{"fault":{"id":"F","message":"Broke."}}\n', 3, { fault: { id: 'F', message: 'Broke.' } }],
    [progress, 3, { fault: { id: expect.any(String), message: expect.any(String) } }],
    [`${progress}{"do`, 3, { fault: { id: expect.any(String), message: expect.any(String) } }],
    ['{"done":{"collections":[]}}\n', 0, { collections: [] }],
  ])('collect takes %j for exit %d', async (text, exit, document) => {
    const { run } = await standUp({ 'POST /api/collect': () => new Response(text) });

    const ran = await run('collect', '--json');

    expect([ran.code, ran.json()]).toEqual([exit, document]);
  });

  it('rebuild is exit 1 where something differs', async () => {
    const done = { differences: [{ table: 'reference', what: 'one row is missing' }], checked: { record: 3 } };
    const { run } = await standUp({ 'POST /api/rebuild': () => new Response(`${JSON.stringify({ done })}\n`) });

    const ran = await run('rebuild');

    expect(ran.code).toBe(1);
    expect(ran.out).toContain('1 difference:');
  });

  it('facts push names the line that the server refuses', async () => {
    const { run, write, sent } = await standUp({
      'POST /api/sources/people/facts': () => problem(422, 'facts.line', 'No.', { at: ['line', 7] }),
    });
    await write('f.ndjson', '{}\n');

    const ran = await run('facts', 'push', '--source', 'people', 'f.ndjson', '--json');

    expect(ran.json()).toMatchObject({ refusal: { code: 'facts.line', at: { file: 'f.ndjson', line: 7 } } });
    expect(sent[0]).toMatchObject({ json: '{}\n', headers: { 'content-type': 'application/x-ndjson' } });
  });
});

describe('doctor', () => {
  it('is exit 1 if it finds something', async () => {
    const { run } = await standUp({
      'GET /api/doctor': () => ({
        findings: [
          { ok: true, says: 'A' },
          { ok: false, says: 'B', advice: 'Do C' },
        ],
      }),
    });

    const ran = await run('doctor');

    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/wrong +B +Do C/);
  });

  it('finds that nothing starts', async () => {
    const one = await stage(() => Promise.reject(new Error('The database does not start.')));
    stages.push(one);

    const ran = await one.run('doctor', '--json');

    expect([ran.code, ran.json()]).toEqual([1, { findings: [{ ok: false, says: 'The database does not start.' }] }]);
  });
});

describe('where it works', () => {
  it.each([
    [{}, [], { url: undefined, org: undefined, token: undefined }],
    [
      { COUNTERSIGN_URL: 'https://a.example.com', COUNTERSIGN_TOKEN: 't' },
      ['--org', 'alpha'],
      { url: 'https://a.example.com', org: 'alpha', token: 't' },
    ],
    [
      { COUNTERSIGN_URL: 'https://a.example.com' },
      ['--url', 'https://b.example.com'],
      { url: 'https://b.example.com' },
    ],
  ])('with %j and %j', async (env, argv, where) => {
    const { run, asked } = await standUp({}, { env });

    await run('get', 'kettle', ...argv);

    expect(asked[0]).toMatchObject(where);
  });

  it.each(['ftp://example.com', 'example.com', 'https://user:pass@example.com', ''])(
    'refuses the address %j',
    (url) => {
      expect(() => remote(url, { url, org: undefined, token: undefined })).toThrow(
        expect.objectContaining({ code: 'input.url' }),
      );
    },
  );

  it('needs nothing at all to verify, and for help', async () => {
    const { run, asked } = await standUp();

    await run('verify', '.');
    await run('--help');

    expect(asked).toEqual([]);
  });

  it('verifies an empty folder to a no, not to a crash', async () => {
    const { run } = await standUp();

    const ran = await run('verify', '.', '--json');

    expect(ran.code).toBe(1);
    expect(ran.json()).toMatchObject({ ok: false });
  });

  it('gives the secret of a source from a file, without the line end', async () => {
    const { run, write, sent } = await standUp({
      'POST /api/sources': () => ({ source: 'x', says: 'Reached.', checks: [] }),
    });
    await write('token', 'hunter2\n');

    const ran = await run(
      'connect',
      'git',
      '--id',
      'x',
      '--setting',
      'url=https://example.com/a=b',
      '--secret',
      'token=@token',
      '--json',
    );

    expect(sent[0]?.json).toEqual({
      connector: 'git',
      id: 'x',
      settings: { url: 'https://example.com/a=b' },
      secrets: { token: 'hunter2' },
    });
    expect(ran.out + ran.err).not.toContain('hunter2');
  });
});

describe('help', () => {
  it.each(COMMANDS.map(({ name, examples }) => [name, examples] as const))(
    '%s has examples',
    async (name, examples) => {
      const { run } = await standUp();

      const ran = await run(...name.split(' '), '--help');

      expect(ran.code).toBe(0);
      expect(examples.length).toBeGreaterThan(0);
      for (const { line } of examples) expect(ran.out).toContain(`countersign ${line}`);
      expect(ran.out).toContain('--as-of');
    },
  );

  it('has every example on the tour, once', () => {
    const lines = TOUR.map(({ line }) => line);

    expect(new Set(lines).size).toBe(lines.length);
    for (const { examples } of COMMANDS) for (const { line } of examples) expect(lines).toContain(line);
  });

  it.each([
    ['--help'],
    ['act', '--help'],
    ['view', '--help'],
    ['act', 'kettle.boil', '--help'],
    ['view', 'kettle.count', '--help'],
    ['ledger', '--help'],
  ])('%j is help, exit 0', async (...argv) => {
    const { run } = await standUp();

    const ran = await run(...argv);

    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toContain('Examples:');
  });

  it('is one document with --json', async () => {
    const { run } = await standUp();

    expect((await run('status', '--help', '--json')).json()).toMatchObject({
      help: expect.stringContaining('--framework'),
    });
  });
});

it.each([
  [['--org', 'act', 'get'], 'get'],
  [['--json', 'act', 'x'], 'act'],
  [['--org=act', 'view'], 'view'],
  [['--help'], undefined],
])('the command of %j is %s', (argv, word) => {
  expect(firstWord(argv)).toBe(word);
});
