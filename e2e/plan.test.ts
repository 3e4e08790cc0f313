import { MailDev } from 'maildev';
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
  violations,
  WIDE,
} from './harness/browser.ts';
import type { Served } from './harness/server.ts';
import { freePort, serve } from './harness/server.ts';

// A company of 30 that sells in the US and in Europe: from ten questions to programmes with dates, and a page that its board gets by mail.

const MINUTES = 60_000;
const ORG = 'brackwater';

describe.skipIf(!hasChromium)('a company of 30 plans', () => {
  let browser: Browser;
  let served: Served;
  let post: MailDev;
  let iris: Person;
  let page: Page;
  beforeAll(async () => {
    const smtp = await freePort();
    post = new MailDev({ smtp, ip: '127.0.0.1', disableWeb: true, silent: true });
    await post.start();
    [browser, served] = await Promise.all([
      openBrowser(),
      serve({ COUNTERSIGN_SMTP_URL: `smtp://127.0.0.1:${smtp}`, COUNTERSIGN_MAIL_FROM: 'grc@example.com' }),
    ]);
    await served.cli('init', '--name', 'Brackwater', '--slug', ORG, '--time-zone', 'Europe/Lisbon');
    const records = [{ kind: 'person', id: 'p-iris', name: 'Iris Vale', email: 'iris@example.com', roles: ['owner'] }];
    await served.cli('--org', ORG, 'act', 'records.apply', '--input', JSON.stringify({ records }));
    iris = await signedIn(browser, served, 'iris@example.com', ORG);
    page = iris.page;
  }, 6 * MINUTES);
  afterAll(async () => {
    await iris.close();
    await browser.close();
    await served.close();
    await post.stop();
  }, MINUTES);

  const told = async (...asked: readonly string[]): Promise<unknown> =>
    JSON.parse(await served.cli('--org', ORG, ...asked, '--json'));
  /** Light and dark, wide and narrow: what is wrong with a page as it stands. */
  const faults = async (name: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const [width, size] of [
      ['narrow', NARROW],
      ['wide', WIDE],
    ] as const) {
      await page.setViewportSize(size);
      for (const scheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        await shot(page, `${name}-${width}-${scheme}`);
        found.push(...(await violations(page)).map((fault) => `${width} ${scheme}: ${fault}`));
      }
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (beyond > 0) found.push(`${width}: ${beyond} px out of the side`);
    }
    return found;
  };

  test(
    'ten questions make a plan with its reasons, costs and dates',
    async () => {
      await goTo(page, `/${ORG}/planner`);
      await page
        .getByRole('link', { name: 'Answer the questions' })
        .or(page.getByRole('button', { name: 'Answer the questions' }))
        .first()
        .click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByLabel('US and Canada').first().fill('60');
      await page.getByLabel('Europe').first().fill('40');
      await page.getByLabel('Customers who asked for SOC 2').fill('2');
      await page.getByLabel('Customers who asked for ISO 27001').fill('1');
      await page.getByLabel('Persons who work under your control').fill('30');
      await page.getByLabel('Engineers among them').fill('12');
      await page.getByLabel('US dollars').fill('150000');
      await page.getByLabel('Months available').fill('14');
      const found = await faults('planner-questions');
      await page.getByRole('button', { name: 'Make the plan' }).click();

      await page.getByRole('heading', { level: 1, name: /at once/ }).waitFor();
      await settled(page);
      await page.getByText('Two customers asked for SOC 2, one for ISO 27001.').waitFor();
      expect([...found, ...(await faults('planner-plan'))]).toEqual([]);
    },
    4 * MINUTES,
  );

  test(
    'adopted, it gives two programmes their dates',
    async () => {
      await page.getByRole('button', { name: 'Adopt this plan' }).click();
      const dialog = page.getByRole('dialog');
      await shot(page, 'planner-adopt');
      await dialog.getByRole('button', { name: 'Adopt this plan' }).click();
      await page.waitForURL(`**/${ORG}/planner`);
      await settled(page);

      const { items } = (await told('get', 'programme')) as {
        readonly items: readonly {
          readonly framework: string;
          readonly periodFrom?: string;
          readonly periodTo?: string;
          readonly milestones?: readonly { readonly milestone: string; readonly on?: string }[];
        }[];
      };
      const soc2 = items.find(({ framework, periodFrom }) => framework === 'soc2' && periodFrom !== undefined);
      const iso = items.find(({ framework, milestones = [] }) => framework === 'iso27001' && milestones.length > 0);
      expect(soc2?.periodTo?.localeCompare(soc2.periodFrom ?? '')).toBe(1);
      expect(iso?.milestones?.map(({ milestone }) => milestone)).toEqual(
        expect.arrayContaining(['stage-1', 'stage-2', 'decision']),
      );
      expect(await faults('planner-adopted')).toEqual([]);
    },
    4 * MINUTES,
  );

  test(
    'the page for the board goes out by mail, as one PDF, and no address is kept',
    async () => {
      await page.getByRole('button', { name: 'One page for the board' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Addresses').fill('chair@example.com\nfounder@example.com');
      await dialog.getByRole('button', { name: 'Send the letter' }).click();
      await dialog.getByText('Sent to 2 addresses.').waitFor();

      const mails = (await post.getServers()?.storage.getAll()) ?? [];
      expect(mails.map(({ to }) => to[0]?.address).sort()).toEqual(['chair@example.com', 'founder@example.com']);
      expect(mails.map(({ attachments }) => attachments?.[0]?.contentType)).toEqual([
        'application/pdf',
        'application/pdf',
      ]);
      const plans = JSON.stringify(await told('get', 'plan'));
      expect(plans).toContain('"addresses":2');
      expect(plans).not.toContain('chair@example.com');
    },
    2 * MINUTES,
  );

  test(
    'its set-up says which controls of others the report leaves out',
    async () => {
      const records = [{ kind: 'third-party', id: 'hosting', name: 'Northgate Hosting' }];
      await served.cli('--org', ORG, 'act', 'records.apply', '--input', JSON.stringify({ records }));
      const all = async () =>
        (await told('get', 'programme')) as {
          readonly items: readonly { readonly id: string; readonly framework: string; readonly subservice?: unknown }[];
        };
      const { id = '' } = (await all()).items.find(({ framework }) => framework === 'soc2') ?? {};
      await goTo(page, `/${ORG}/programmes/${id}`);
      await page.getByLabel('Name another').selectOption({ label: 'Northgate Hosting' });
      await page.getByRole('group', { name: 'Method for Northgate Hosting' }).getByText('Inclusive').click();
      const found = await faults('programme-subservice');
      await page.getByRole('button', { name: 'Save subservice organisations' }).click();
      await page.getByText('Northgate Hosting, inclusive').waitFor();

      expect((await all()).items.find((one) => one.id === id)?.subservice).toEqual([
        { party: 'hosting', method: 'inclusive' },
      ]);
      expect(found).toEqual([]);
      expect(iris.complaints).toEqual([]);
    },
    3 * MINUTES,
  );
});
