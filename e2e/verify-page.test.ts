import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { exampleBinder, exampleEvidence, TOP } from '@countersign/ledger/binder/testing.ts';
import { unpack } from '@countersign/ledger/binder/unpack-for-tests.ts';
import { exampleKey } from '@countersign/ledger/example-log.ts';
import { printVerifierKey } from '@countersign/ledger/key.ts';
import { exampleWitness } from '@countersign/ledger/witness/example-witness.ts';
import { printWitnessKey } from '@countersign/ledger/witness/key.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, NARROW, openBrowser, shot, violations, WIDE } from './harness/browser.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PAGE = pathToFileURL(join(ROOT, 'ledger/page/dist/verify.html')).href;
const KEY = printVerifierKey(exampleKey());

describe.skipIf(!hasChromium)('the page that verifies', () => {
  let browser: Browser;
  let folder: string;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];
  const asked: string[] = [];
  let binder: Uint8Array;

  beforeAll(async () => {
    const vite = [
      'node_modules/vite/bin/vite.js',
      'build',
      '--config',
      'ledger/page/vite.config.ts',
      '--logLevel',
      'warn',
    ];
    execFileSync(process.execPath, vite, { cwd: ROOT });
    binder = await exampleBinder();
    folder = await mkdtemp(join(tmpdir(), 'verify-page-'));
    await writeFile(join(folder, 'binder.zip'), binder);
    await unpack(join(folder, 'binder.zip'), folder);
    browser = await openBrowser();
    context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce' });
    await context.setOffline(true);
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('request', (request) => asked.push(request.url()));
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(): Promise<void> {
    await page.goto(PAGE);
  }

  async function verify(
    bytes: Uint8Array,
    told: { keys?: string; witnesses?: string; roots?: string } = {},
  ): Promise<string> {
    await open();
    await page.locator('#told').evaluate((details: HTMLDetailsElement) => (details.open = true));
    for (const [id, text] of Object.entries(told)) await page.locator(`#${id}`).fill(text);
    await page
      .locator('#file')
      .setInputFiles({ name: 'binder.zip', mimeType: 'application/zip', buffer: Buffer.from(bytes) });
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.locator('#answer .card').first().waitFor();
    return page.locator('#answer').innerText();
  }

  test('an untouched binder is whole, and the page says under whose key', async () => {
    const { key } = exampleWitness();

    const said = await verify(binder, { keys: KEY, witnesses: printWitnessKey(key) });

    expect(said).toContain('Whole: everything agrees.');
    expect(said).toContain('A binder of Example Ltd, 2026-01-01 to 2026-06-30.');
    expect(said).toContain('All of it existed no later than 2026-03-02T00:00:00Z.');
    expect(said).not.toContain('not whose they are');
    await shot(page, 'verify-page-whole');
    expect(await verify(binder)).toContain('not whose they are');
  });

  test('a changed one is not, and each failure has path, code and meaning', async () => {
    const changed = Buffer.from(binder);
    changed[changed.indexOf('%PDF an invented')] = 0x26;

    const said = await verify(changed, { keys: KEY });

    expect(said).toContain('Not whole');
    expect(said).toContain('(zip.crc)');
    expect(said).toContain('A file does not fit its checksum');
    await shot(page, 'verify-page-changed');
  });

  test('one written anew under another key is found by the key that was given', async () => {
    const forged = await exampleBinder({ byte: 9 });

    expect(await verify(forged)).toContain('Whole');
    expect(await verify(forged, { keys: KEY })).toContain('(key.untrusted)');
  });

  test('a folder and a piece of evidence are taken too', async () => {
    await open();
    await page.locator('#folder').setInputFiles(join(folder, TOP));
    await page.getByRole('button', { name: 'Verify' }).click();

    await expect.poll(() => page.locator('#answer').innerText(), { timeout: 20_000 }).toContain('Whole');
    expect(await verify(await exampleEvidence(), { keys: KEY })).toContain('A bag of evidence.');
  });

  test('an archive dropped on the page is verified', async () => {
    await open();
    const transfer = await page.evaluateHandle(
      (bytes) => {
        const made = new DataTransfer();
        made.items.add(new File([Uint8Array.from(bytes)], 'dropped.zip'));
        return made;
      },
      [...binder],
    );
    await page.locator('#drop').dispatchEvent('drop', { dataTransfer: transfer });
    await page.getByRole('button', { name: 'Verify' }).click();

    await expect.poll(() => page.locator('#answer').innerText(), { timeout: 20_000 }).toContain('Whole');
  });

  test('what is no binder and what is no key are told apart', async () => {
    expect(await verify(Buffer.from('no archive'))).toContain('(zip.malformed)');
    expect(await verify(binder, { keys: 'nonsense' })).toContain('Not verified.');
  });

  test('with the keyboard alone, and ended half way', async () => {
    await open();
    await page
      .locator('#file')
      .setInputFiles({ name: 'b.zip', mimeType: 'application/zip', buffer: Buffer.from(binder) });
    await page.locator('#choose-file').focus();
    for (const _ of ['folder', 'told', 'verify']) await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('verify');
    await page.evaluate(() => {
      document.getElementById('verify')?.click();
      document.getElementById('cancel')?.click();
    });

    expect(await page.locator('#answer').innerText()).toContain('Cancelled: nothing was verified.');
    expect(await page.locator('#progress').isVisible()).toBe(false);
  });

  test.each([
    ['light', WIDE],
    ['dark', WIDE],
    ['light', NARROW],
    ['dark', NARROW],
  ] as const)('in %s it is for everybody, at any width', async (colorScheme, size) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(size);
    const changed = Buffer.from(binder);
    changed[changed.indexOf('%PDF an invented')] = 0x26;
    await verify(changed);

    expect(await violations(page)).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide).toBe(0);
    await shot(page, `verify-page-${colorScheme}-${size.width}`);
  });

  test('it asked nobody, and complained of nothing', () => {
    expect(complaints).toEqual([]);
    expect(asked.filter((url) => !url.startsWith('file:') && !url.startsWith('blob:'))).toEqual([]);
  });
});
