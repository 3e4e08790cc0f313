import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyPath } from '@countersign/ledger/index.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from './harness/browser.ts';
import {
  goTo,
  hasChromium,
  NARROW,
  openBrowser,
  settled,
  shot,
  signedIn,
  somebody,
  violations,
  WIDE,
} from './harness/browser.ts';
import { oneTimeCode } from './harness/one-time-code.ts';
import { outsideWorld } from './harness/outside.ts';
import type { Served } from './harness/server.ts';
import { serve } from './harness/server.ts';
import { PAGES } from './pages.ts';

const MINUTES = 60_000;
const PASSWORD = 'seven quiet herons over slate';

if (!hasChromium) process.stderr.write('No Chromium here (CHROMIUM names one): the journeys are left out.\n');

describe.skipIf(!hasChromium)('journeys', () => {
  let browser: Browser;
  let served: Served;
  beforeAll(async () => {
    [browser, served] = await Promise.all([openBrowser(), serve()]);
  }, 6 * MINUTES);
  afterAll(async () => {
    await browser.close();
    await served.close();
  }, MINUTES);

  describe('an owner’s first hour', () => {
    let owner: Person;
    beforeAll(async () => {
      owner = await somebody(browser, served);
    });
    afterAll(() => owner.close());

    test(
      'the link makes an account, and the account an organisation',
      async () => {
        const { page } = owner;
        await page.goto(served.firstLink ?? '');
        await page.getByRole('heading', { name: 'You are the first here' }).waitFor();
        await shot(page, 'welcome');
        await page.getByLabel('Your name').fill('Ada Marsh');
        await page.getByLabel('Work e-mail').fill('ada@example.com');
        await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
        await page.getByRole('button', { name: 'Continue with this password' }).click();

        await page.getByRole('heading', { name: 'Say who you are and what you answer to' }).waitFor();
        await shot(page, 'new-organisation');
        const found = await violations(page);
        await page.getByLabel('Name', { exact: true }).fill('Saltmarsh Ltd');
        await page.getByRole('button', { name: 'Set up Saltmarsh Ltd' }).click();

        await page.waitForURL('**/saltmarsh-ltd/first-run');
        await page.getByRole('heading', { level: 1 }).waitFor();
        await settled(page);
        await page.getByText('Connect a code host').first().waitFor();
        await shot(page, 'first-run');

        expect(found).toEqual([]);
      },
      2 * MINUTES,
    );

    test(
      'a second factor is set up with the digits of an authenticator',
      async () => {
        const { page } = owner;
        await goTo(page, '/saltmarsh-ltd/settings?tab=security');
        await page.getByRole('button', { name: 'Set up an authenticator' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('Your password, to confirm').fill(PASSWORD);
        await dialog.getByRole('button', { name: 'Set up an authenticator' }).click();
        await dialog.getByLabel('Code that the app shows').waitFor();
        const secret = /Secret\s*((?:[A-Z2-7]{1,4} ?)+)/.exec((await dialog.innerText()) ?? '')?.[1] ?? '';
        await dialog.getByLabel('Code that the app shows').fill(oneTimeCode(secret));
        await dialog.getByRole('button', { name: 'Turn it on' }).click();

        await dialog.getByRole('button', { name: 'I have kept them' }).click();
        await page.getByText('On. A password alone signs nobody in.').waitFor();
      },
      2 * MINUTES,
    );

    test(
      'beside the browser, the terminal connects this repository and collects it',
      async () => {
        await served.cli(
          '--org',
          'saltmarsh-ltd',
          'connect',
          'git',
          '--id',
          'repo',
          '--setting',
          `path=${process.cwd()}`,
        );
        await served.cli('--org', 'saltmarsh-ltd', 'collect');
        const { page } = owner;
        await goTo(page, '/saltmarsh-ltd/first-run');
        await shot(page, 'first-run-under-way');

        await page.getByRole('heading', { name: /^2 of \d first steps are done/ }).waitFor();
      },
      3 * MINUTES,
    );

    test(
      'a control is started, performed with a document, and stands behind CC7.5',
      async () => {
        const { page } = owner;
        await goTo(page, '/saltmarsh-ltd/controls/BCM-04');
        await page.getByRole('button', { name: 'Start the control' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByRole('combobox', { name: 'Owner' }).or(dialog.getByLabel('Owner')).first().click();
        await page.getByRole('option', { name: 'Ada Marsh' }).click();
        await dialog.getByRole('button', { name: 'Start it' }).click();
        await dialog.waitFor({ state: 'hidden' });

        const file = join(tmpdir(), 'restore-test.txt');
        await writeFile(file, 'Restored the ledger’s backup of last night; 412 tables, same digests.\n');
        await page.getByRole('button', { name: 'Record performance' }).click();
        await dialog.locator('input[type=file]').setInputFiles(file);
        await dialog.getByRole('button', { name: 'Record it' }).click();
        await page
          .getByText(/Recorded/)
          .first()
          .waitFor();
        await goTo(page, '/saltmarsh-ltd/soc2/requirements');
        await page.getByText('CC7.5').first().waitFor();

        expect(owner.complaints).toEqual([]);
      },
      3 * MINUTES,
    );

    test(
      'somebody outside is named, sees the log, and what a document proves changes with it',
      async () => {
        const { page } = owner;
        const outside = await outsideWorld();
        const folder = await mkdtemp(join(tmpdir(), 'countersign-bag-'));
        try {
          const told = await served.cli('--org', 'saltmarsh-ltd', 'ledger', 'checkpoint', '--json');
          const { key } = JSON.parse(told) as { readonly key: string };
          outside.trust(key);

          const asked: string[] = [];
          page.on('request', (request) => {
            if (request.url().includes('proof.of')) asked.push(request.url());
          });
          await goTo(page, '/saltmarsh-ltd/controls/BCM-04');
          // What the rail shows, and what the page shows: not one for each mark.
          expect(asked.length).toBeLessThanOrEqual(2);
          await goTo(page, '/saltmarsh-ltd/evidence');
          const mark = page.getByRole('button', { name: /^Proof #/ }).first();
          await mark.press('Enter');
          await page.getByRole('dialog').getByText('Nobody outside is named to see this log.').waitFor();
          await shot(page, 'proof-of-nobody', false);
          await page.keyboard.press('Escape');
          await page.getByRole('dialog').waitFor({ state: 'detached' });
          expect(await mark.evaluate((it) => document.activeElement === it)).toBe(true);

          await goTo(page, '/saltmarsh-ltd/ledger');
          await page.getByRole('heading', { level: 1, name: /nobody outside has seen them/ }).waitFor();
          const panel = page.getByRole('dialog');
          await page.getByRole('button', { name: 'Name a time authority' }).click();
          await panel.getByLabel('Name', { exact: true }).fill('Example Time');
          await panel.getByLabel('Address').fill(outside.time);
          await panel
            .locator('input[type=file]')
            .setInputFiles({ name: 'roots.pem', mimeType: 'text/plain', buffer: Buffer.from(outside.roots) });
          await panel.getByText('1 certificate').waitFor();
          await panel.getByRole('button', { name: 'Name the authority' }).click();
          await panel.waitFor({ state: 'detached' });
          await page.getByRole('button', { name: 'Name a witness' }).click();
          await panel.getByLabel('Name', { exact: true }).fill('Our auditor');
          await panel.getByLabel('Verifier key').fill(outside.vkey);
          await panel.getByLabel('Address').fill(outside.witness);
          await panel.getByRole('button', { name: 'Name the witness' }).click();
          await panel.waitFor({ state: 'detached' });
          await page.getByText('Has not answered yet').first().waitFor();

          await page.getByRole('button', { name: 'Stamp now' }).click();
          await page.getByRole('button', { name: 'Ask witnesses now' }).click();
          await page.getByText('Has not answered yet').first().waitFor({ state: 'detached' });
          await page.getByRole('heading', { level: 1, name: /existed by/ }).waitFor();
          await shot(page, 'ledger-seen');
          const found = await violations(page);

          await goTo(page, '/saltmarsh-ltd/evidence');
          await page
            .getByRole('button', { name: /^Proof #.*no later than/ })
            .first()
            .press('Enter');
          await panel.getByText(/^Proven no later than/).waitFor();
          await panel.getByText('Our auditor').first().waitFor();
          await shot(page, 'proof-of-both', false);
          const panelFound = await violations(page);
          const saving = page.waitForEvent('download');
          await panel.getByRole('button', { name: 'Save file and proof' }).click();
          const bag = join(folder, 'bag.zip');
          await (await saving).saveAs(bag);
          const trusting = await verifyPath(bag, {
            keys: [key],
            witnesses: [outside.vkey],
            timeRoots: [outside.roots],
          });
          const strange = await verifyPath(bag, { keys: [key] });

          expect(trusting).toMatchObject({ ok: true, failures: [] });
          expect(trusting.trust.provenNoLaterThan).not.toBeNull();
          expect(strange.trust.provenNoLaterThan).toBeNull();
          expect({ found, panelFound }).toEqual({ found: [], panelFound: [] });
          expect(owner.complaints).toEqual([]);
        } finally {
          await outside.close();
          await rm(folder, { recursive: true });
        }
      },
      2 * MINUTES,
    );
  });

  describe('the sample organisation', () => {
    beforeAll(async () => {
      await served.cli('init', '--demo', '--name', 'Tidewell', '--slug', 'tidewell');
    }, 15 * MINUTES);

    const people = new Map<string, Person>();
    const as = async (name: string): Promise<Person> => {
      const known = people.get(name);
      if (known !== undefined) return known;
      const person = await signedIn(browser, served, `${name}@example.com`, 'tidewell');
      people.set(name, person);
      return person;
    };
    afterAll(async () => {
      for (const person of people.values()) await person.close();
    });

    describe.each(PAGES)('page %s', (name, path) => {
      test.each([
        ['wide', WIDE],
        ['narrow', NARROW],
      ] as const)(
        '%s: nothing for axe to find, nothing out of the side, in both schemes',
        async (width, size) => {
          const { page, complaints } = await as('aisha');
          await page.setViewportSize(size);
          await page.emulateMedia({ colorScheme: 'light' });
          await goTo(page, `/tidewell/${path}`);
          await shot(page, `${name}-${width}-light`);
          const light = await violations(page);
          await page.emulateMedia({ colorScheme: 'dark' });
          await shot(page, `${name}-${width}-dark`);
          const dark = await violations(page, ['color-contrast', 'link-in-text-block']);

          expect({ light, dark }).toEqual({ light: [], dark: [] });
          expect(
            await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
          ).toBeLessThanOrEqual(0);
          expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
          expect(complaints).toEqual([]);
        },
        3 * MINUTES,
      );
    });

    test(
      'a lead sees what fails, goes to its items, and decides on what somebody else asked for',
      async () => {
        const { page } = await as('aisha');
        await page.setViewportSize(WIDE);
        await page.emulateMedia({ colorScheme: 'light' });
        await goTo(page, '/tidewell/overview');
        await page.getByRole('heading', { name: /controls fail/ }).waitFor();
        await page.getByText('Everyone signs in with a second factor').first().waitFor();

        await goTo(page, '/tidewell/work');
        const wanted = page.getByRole('listitem').filter({ hasText: 'Exception to Malware protection' });
        await wanted.getByRole('button', { name: /^Approve/ }).click();
        await page
          .getByRole('dialog')
          .getByRole('button', { name: /Approve/ })
          .click()
          .catch(() => undefined);
        await wanted.waitFor({ state: 'detached' });

        const told = await served.cli('--org', 'tidewell', 'get', 'exception', 'x-ismael', '--json');
        expect(JSON.parse(told)).toMatchObject({ state: 'approved' });
      },
      2 * MINUTES,
    );

    test(
      'who asked for an exception does not decide on it',
      async () => {
        const { page, context } = await as('aisha');
        const asked = await context.request.post('/api/acts/exception.request', {
          headers: { origin: served.url, 'x-countersign-org': 'tidewell' },
          data: {
            id: 'x-own',
            control: 'RSK-04',
            from: '2027-01-01',
            to: '2027-01-31',
            reason: 'Nobody is there in January',
          },
        });
        expect(asked.ok()).toBe(true);
        await goTo(page, '/tidewell/work');

        expect(await page.getByText('Exception to Risk treatment plan').count()).toBe(0);
        const own = await context.request.post('/api/acts/exception.approve', {
          headers: { origin: served.url, 'x-countersign-org': 'tidewell' },
          data: { exception: 'x-own' },
        });
        expect((await own.json()) as object).toMatchObject({ code: 'exception.own' });
      },
      2 * MINUTES,
    );

    test(
      'an employee reads a policy and says so, and decides nothing',
      async () => {
        const { page } = await as('lars');
        await goTo(page, '/tidewell/policies/information-security');
        await page
          .getByLabel(/I have read edition/)
          .check()
          .catch(() => undefined);
        await page.getByRole('button', { name: /Acknowledge/ }).click();
        await page.getByText(/You acknowledged this edition/).waitFor();

        await goTo(page, '/tidewell/controls/IAM-05');
        await page.getByRole('button', { name: 'Record performance', disabled: true }).first().waitFor();
      },
      2 * MINUTES,
    );

    test(
      'an auditor sees by grant, and no draft',
      async () => {
        const { page, context } = await as('edwin');
        await goTo(page, '/tidewell/soc2/requirements');
        await page.getByRole('heading', { level: 1 }).waitFor();
        const acts = await context.request.get('/api/allowed', { headers: { 'x-countersign-org': 'tidewell' } });
        const allowed = (await acts.json()) as { acts: { name: string; allowed: boolean }[] };
        const policies = await context.request.get('/api/records/policy?limit=100', {
          headers: { 'x-countersign-org': 'tidewell' },
        });

        expect(allowed.acts.filter(({ allowed: may }) => may).map(({ name }) => name)).toEqual([]);
        expect(await policies.text()).not.toContain('remote-working');
      },
      2 * MINUTES,
    );

    test(
      'another time is looked at, and nothing is recorded from there',
      async () => {
        const { page } = await as('aisha');
        await goTo(page, '/tidewell/controls/BCM-04?asOf=2026-06-30');
        await page.getByText('Nothing can be recorded from here.').first().waitFor();
        await page.getByRole('button', { name: 'Record performance', disabled: true }).first().waitFor();
        await shot(page, 'another-time');
      },
      2 * MINUTES,
    );

    test(
      'by keyboard: past the rail, to any page, without a mouse',
      async () => {
        const { page } = await as('aisha');
        await goTo(page, '/tidewell/overview');
        await page.keyboard.press('Tab');
        expect(await focused(page)).toBe('Skip to content');
        await page.keyboard.press('Control+k');
        await page.getByRole('dialog').waitFor();
        await page.keyboard.type('BCM-04');
        await page
          .getByRole('option', { name: /BCM-04/ })
          .first()
          .waitFor();
        await page.keyboard.press('Enter');
        await page.waitForURL('**/controls/BCM-04*');

        await page.getByRole('heading', { level: 1, name: 'Backup restore test' }).waitFor();
      },
      2 * MINUTES,
    );

    test(
      'in greys, a strip still says what was late, missed and in time',
      async () => {
        const { page } = await as('aisha');
        await goTo(page, '/tidewell/controls/RSK-06');
        await page.addStyleTag({ content: 'html { filter: grayscale(1) }' });
        await shot(page, 'strip-in-greys');
        const words = (await page.locator('main').textContent()) ?? '';

        for (const word of ['On time', 'Late', 'Missed']) expect(words).toContain(word);
      },
      2 * MINUTES,
    );
  });
});

const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
