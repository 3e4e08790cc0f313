import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { Served } from './server.ts';

/** Debian's browser, or the one of the environment. */
export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

/** Where pictures of pages go, if anybody wants them. */
const SHOTS = process.env['COUNTERSIGN_SHOTS'];

export const WIDE = { width: 1440, height: 900 } as const;
export const NARROW = { width: 375, height: 812 } as const;
export type Scheme = 'light' | 'dark';

export const openBrowser = (): Promise<Browser> =>
  // Root has no sandbox to go into.
  chromium.launch({ executablePath: CHROMIUM, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });

/** What a page complained of: nothing is to be there in the end. */
export interface Person {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export async function somebody(browser: Browser, served: Served): Promise<Person> {
  const context = await browser.newContext({
    baseURL: served.url,
    viewport: WIDE,
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    // That something was refused is for the page to show.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.setDefaultTimeout(30_000);
  return { context, page, complaints, close: () => context.close() };
}

/** Signs somebody of an organisation in by a link of the operator's. */
export async function signedIn(browser: Browser, served: Served, email: string, org: string): Promise<Person> {
  const link = (await served.cli('--org', org, 'sign-in-link', email)).trim().split('\n').at(-1) ?? '';
  const person = await somebody(browser, served);
  const token = new URL(link).searchParams.get('token') ?? '';
  const answer = await person.context.request.post('/api/sign-in/redeem', {
    headers: { origin: served.url, 'x-countersign-org': '-' },
    data: { token, name: email.split('@')[0] ?? email, password: 'a long sentence that nobody guesses 7' },
  });
  if (!answer.ok()) throw new Error(`${email} could not sign in: ${answer.status()} ${await answer.text()}`);
  return person;
}

/** Goes to a page and waits until what it asked for is there. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await settled(page);
}

/**
 * Waits until a page stands: it has its heading, and nothing on it is still being asked for. A quiet network alone says
 * nothing: on a busy machine a page is quiet before its code has run. What never comes to rest is left to the test that looks.
 */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page
    .waitForFunction(
      () => document.querySelector('h1') !== null && document.querySelector('[aria-busy="true"]') === null,
      undefined,
      { timeout: 20_000 },
    )
    .catch(() => undefined);
}

/** Waits for what a page is headed by, exactly. */
export const headed = (page: Page, heading: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();

/** What axe finds: rule, how bad, and where. */
export async function violations(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  const axe = new AxeBuilder({ page });
  const { violations: found } = await (rules === undefined ? axe : axe.withRules([...rules])).analyze();
  return found.map(
    ({ id, impact, nodes }) =>
      `${id} (${impact}): ${nodes
        .map(({ target }) => String(target[0]))
        .slice(0, 4)
        .join('; ')}`,
  );
}

export async function shot(page: Page, name: string, fullPage = true): Promise<void> {
  if (SHOTS === undefined) return;
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage, animations: 'disabled' });
}
