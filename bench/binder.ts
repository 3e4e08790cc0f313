import { execFileSync } from 'node:child_process';
import { createWriteStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hasChromium, openBrowser } from '@countersign/e2e/harness/browser.ts';
import {
  ACT,
  bodyDigest,
  COLLECTION,
  itemDigest,
  ItemsRoot,
  logFiles,
  memoryStorage,
  parseCheckpoint,
  parseNote,
  parseStatement,
  printClaimLine,
  printFileLine,
  printVerifierKey,
  proverOf,
  publish,
  saltedDigest,
  sealStatement,
  toHex,
  verifierKey,
  writeBinder,
} from '@countersign/ledger/index.ts';
import type { BinderFile, PayloadLine } from '@countersign/ledger/index.ts';
import { exampleSigner, listSource } from '@countersign/ledger/example-log.ts';
import { mebibytes, short, table, timed } from './figures.ts';
import type { Say } from './figures.ts';
import { sizesOf } from './flags.ts';
import { makeFolder } from './folder.ts';
import { cli } from './process.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const ORIGIN = 'log.example.com/bench';
const GOALS = { node: 10_000, browser: 60_000, memory: 1024 ** 3 } as const;

interface Made {
  readonly entries: readonly Uint8Array[];
  readonly statements: readonly Uint8Array[];
  /** What payload an entry has, made when it is asked for. */
  lines(index: number): readonly PayloadLine[];
}

const saltOf = (i: number) => Buffer.alloc(16, `salt ${i}`);
const fileOf = (i: number, bytes: number) => Buffer.alloc(bytes, `invented evidence number ${i}, line of it\n`);
const timeOf = (i: number) => new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString();

/** As many pieces of evidence, each filed by an entry of its own, and one collection of as many items. */
async function make(items: number, bytes: number): Promise<Made & { readonly digests: readonly Uint8Array[] }> {
  const signer = exampleSigner();
  const digests = Array.from({ length: items }, (_, i) => saltedDigest(saltOf(i), fileOf(i, bytes)));
  const filed = (i: number): readonly PayloadLine[] => {
    const digest = digests[i] ?? Buffer.of();
    const body = { id: `e-${i}`, title: `Evidence ${i}`, file: toHex(digest), controls: ['AC-01', 'AC-02'] };
    return [
      { does: 'show-subject', subject: `evidence/e-${i}/1`, salt: saltOf(i), body },
      { does: 'show-file', digest, salt: saltOf(i) },
    ];
  };
  const collected: PayloadLine[] = Array.from({ length: items }, (_, i) => `p-${String(i).padStart(9, '0')}`).map(
    (item, i) => ({ does: 'show-item', item, salt: saltOf(i), body: { mfa: i % 41 > 0, name: `Person ${i}` } }),
  );
  const sealed = [];
  for (let i = 0; i < items; i++) {
    const [line] = filed(i);
    if (line?.does !== 'show-subject') throw new Error('An entry shows no subject');
    const digest = { sha256: toHex(bodyDigest(line.salt, line.body)) };
    const predicate = { act: 'evidence.add', actor: 'person/p-1', now: timeOf(i) };
    sealed.push(
      await sealStatement({ subject: [{ name: line.subject, digest }], predicateType: ACT, predicate }, signer),
    );
  }
  const root = new ItemsRoot();
  for (const line of collected)
    if (line.does === 'show-item') root.add(line.item, itemDigest(line.salt, line.item, line.body));
  const itemsRoot = toHex(root.root());
  const predicate = { recordedAt: timeOf(items), items: collected.length, itemsRoot };
  const subject = [{ name: 'collection/1', digest: { sha256: itemsRoot } }];
  sealed.push(await sealStatement({ subject, predicateType: COLLECTION, predicate }, signer));
  return {
    entries: sealed.map(({ entry }) => entry),
    statements: sealed.map(({ statement }) => statement),
    lines: (index) => (index < items ? filed(index) : collected),
    digests,
  };
}

export async function write(
  out: string,
  items: number,
  bytes: number,
): Promise<{ readonly ms: number; readonly rss: string }> {
  const made = await make(items, bytes);
  const signer = exampleSigner();
  const published = memoryStorage();
  await publish(published, listSource(made.entries), signer, ORIGIN);
  const prove = await proverOf(published);
  const note = Buffer.from((await published.read('checkpoint')) ?? Buffer.of()).toString();
  const { size, root } = parseCheckpoint(parseNote(note).text);
  const path = (i: number) => `evidence/e-${i}/report ${i}.txt`;

  async function* files(): AsyncGenerator<BinderFile> {
    for (let i = 0; i < items; i++) yield { path: path(i), bytes: fileOf(i, bytes) };
    const lines = made.digests.map((digest, i) => ({ digest: toHex(digest), path: path(i) }));
    lines.sort((a, b) => (a.digest < b.digest ? -1 : 1));
    yield { path: 'files.ndjson', bytes: Buffer.from(lines.map(printFileLine).join('')) };
    yield { path: 'records/evidence.ndjson', bytes: claims() };
    for (let i = 0; i < items; i++) yield { path: `proofs/e-${i}.tlog-proof`, bytes: Buffer.from(await prove(i)) };
    yield* logFiles({
      published,
      keys: [verifierKey(ORIGIN, signer.publicKey)],
      payloads: {
        async *statements(from, to) {
          for (const [i, statement] of made.statements.slice(from, to).entries())
            yield { index: from + i, statement, lines: made.lines(from + i) };
        },
        async *file() {},
      },
    });
  }

  async function* claims(): AsyncGenerator<Uint8Array> {
    for (let entry = 0; entry < items; entry++) {
      const [line] = made.lines(entry);
      const statement = made.statements[entry];
      if (line?.does !== 'show-subject' || statement === undefined) continue;
      const at = String(parseStatement(statement).predicate['now']);
      yield Buffer.from(printClaimLine({ entry, what: 'subject', name: line.subject, body: line.body, at }));
    }
  }

  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
  const { ms } = await timed(() =>
    writeBinder(files(), createWriteStream(out), {
      folder: 'bench',
      about: { kind: 'binder', log: { origin: ORIGIN, size, root: Buffer.from(root).toString('base64') } },
      baggedOn: '2026-07-01',
      seal: { origin: ORIGIN, signer },
    }),
  );
  clearInterval(watch);
  return { ms, rss: `${mebibytes(before)} before, ${mebibytes(Math.max(most, process.memoryUsage().rss))} at most` };
}

const Verified = /"ok": ?true/;

/** Memory of the processes that draw pages and run their workers, as the kernel counts it. */
function rendererBytes(): number {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .reduce((sum, pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) return sum;
        return sum + Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
      } catch {
        return sum;
      }
    }, 0);
}

async function inBrowser(file: string, key: string): Promise<{ ms: number; bytes: number; whole: boolean }> {
  execFileSync(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', '--config', 'ledger/page/vite.config.ts', '--logLevel', 'warn'],
    { cwd: ROOT },
  );
  const others = rendererBytes();
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(ROOT, 'ledger/page/dist/verify.html')).href);
    await page.locator('#told').evaluate((details) => details.setAttribute('open', ''));
    await page.locator('#keys').fill(key);
    await page.locator('#file').setInputFiles(file);
    let bytes = 0;
    const watch = setInterval(() => (bytes = Math.max(bytes, rendererBytes() - others)), 100);
    const { ms } = await timed(async () => {
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.locator('#answer .card').first().waitFor({ timeout: 600_000 });
    });
    clearInterval(watch);
    return { ms, bytes, whole: (await page.locator('#answer').innerText()).includes('Whole: everything agrees.') };
  } finally {
    await browser.close();
  }
}

const goal = (value: number, most: number): string => (value < most ? 'met' : 'not met');

/** Writes a binder, verifies it by the command line and by the page, beside `unzip` and `sha256sum -c` over the same files. */
export async function binder(argv: readonly string[], say: Say): Promise<boolean> {
  const { items, bytes } = sizesOf(argv, { items: 300, bytes: 16 * 1024 });
  const folder = await makeFolder();
  try {
    const file = join(folder.path, 'binder.zip');
    const key = printVerifierKey(verifierKey(ORIGIN, exampleSigner().publicKey));
    const written = await write(file, items, bytes);
    const { size } = await stat(file);
    const verified = await cli(folder.data, 'verify', file, '--key', key, '--json');
    const whole = verified.code === 0 && Verified.test(verified.out);
    if (!whole) say(verified.out.slice(0, 2000) + verified.err);
    const rows: (readonly string[])[] = [
      ['step', 'seconds', 'memory', 'goal'],
      ['written', short(written.ms / 1000), written.rss, ''],
      [
        'verified by the command line',
        short(verified.ms / 1000),
        mebibytes(verified.peakBytes),
        `10 s: ${goal(verified.ms, GOALS.node)}`,
      ],
    ];
    let held = whole;
    if (hasChromium && existsSync('/proc/self/status')) {
      const page = await inBrowser(file, key);
      held &&= page.whole;
      rows.push([
        'verified by the page',
        short(page.ms / 1000),
        mebibytes(page.bytes),
        `60 s: ${goal(page.ms, GOALS.browser)}; 1 GiB: ${goal(page.bytes, GOALS.memory)}`,
      ]);
    } else say('No browser here: the page was left out.');
    rows.push(...peers(folder.path, file));
    say(
      `${items} pieces of evidence of ${bytes} bytes, as many items of one collection: ${mebibytes(size)} in one archive`,
    );
    say(table(rows));
    return held;
  } finally {
    await folder.remove();
  }
}

/** What tools of others need for a part of it: unpacking, and the digests of the files. */
function peers(folder: string, file: string): readonly (readonly string[])[] {
  const time = (command: string): string => {
    const began = performance.now();
    execFileSync('sh', ['-c', command], { cwd: folder });
    return short((performance.now() - began) / 1000);
  };
  try {
    return [
      ['unzip', time(`unzip -q '${file}'`), '', ''],
      ['sha256sum -c', time('cd bench && sha256sum -c --quiet manifest-sha256.txt'), '', ''],
    ];
  } catch {
    return [];
  }
}
