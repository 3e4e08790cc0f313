import { totp } from '@countersign/server/signin/testing.ts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from './harness/browser.ts';
import {
  goTo,
  hasChromium,
  headed,
  NARROW,
  openBrowser,
  settled,
  shot,
  somebody,
  violations,
  WIDE,
} from './harness/browser.ts';
import type { Served } from './harness/server.ts';
import { serve } from './harness/server.ts';

const PASSWORD = 'four unrelated quiet words';

/** Looks at a page in both schemes at both widths: axe is to find nothing. */
async function looked(person: Person, name: string): Promise<void> {
  const { page } = person;
  for (const [scheme, size] of [
    ['light', WIDE],
    ['dark', NARROW],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize(size);
    expect([name, scheme, await violations(page)]).toEqual([name, scheme, []]);
    await shot(page, `${name}-${scheme}-${size.width}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(WIDE);
}

describe.skipIf(!hasChromium)('coming in', () => {
  let served: Served;
  let browser: Browser;
  let ada: Person;
  let invitation = '';
  let authenticator = '';
  beforeAll(async () => {
    served = await serve();
    browser = await openBrowser();
    ada = await somebody(browser, served);
    // A passkey’s device, as this browser emulates it.
    const devices = await ada.context.newCDPSession(ada.page);
    await devices.send('WebAuthn.enable');
    await devices.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await served.cli('init', '--name', 'Halyard Ltd', '--slug', 'halyard');
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  const signOut = async ({ context, page }: Person): Promise<void> => {
    await context.request.post('/api/auth/sign-out', {
      headers: { origin: served.url, 'x-countersign-org': '-' },
      data: {},
    });
    await goTo(page, '/halyard/settings?tab=security');
    await page.waitForURL(/\/sign-in\?/);
  };

  test('the first owner opens the printed link and makes a passkey', async () => {
    const { page } = ada;
    await goTo(page, served.firstLink ?? '');
    await looked(ada, 'welcome');
    await page.getByRole('button', { name: 'Continue with a passkey' }).click();
    await page.getByText('Write your name.').waitFor();

    await page.getByLabel('Your name').fill('Ada Lovelace');
    await page.getByLabel('Work e-mail').fill('ada@example.com');
    await page.getByRole('button', { name: 'Continue with a passkey' }).click();
    await page.waitForURL(/\/halyard\//);

    await goTo(page, '/halyard/settings?tab=security');
    await page.getByRole('button', { name: 'Remove the passkey Passkey' }).waitFor();
    await looked(ada, 'security');
    await goTo(page, served.firstLink ?? '');
    await headed(page, 'This link leads nowhere any more');
  });

  test('the owner sets a password and an authenticator, and keeps the backup codes', async () => {
    const { page } = ada;
    await goTo(page, '/halyard/settings?tab=security');
    await page.getByRole('button', { name: 'Set a password' }).click();
    await page.getByLabel('New password').fill('password1234');
    await page.getByRole('button', { name: 'Set a password' }).click();
    await page.getByText('among the passwords that are tried first').waitFor();
    await page.getByLabel('New password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Set a password' }).click();
    await page.getByText('The password is changed.').waitFor();

    await page.getByRole('button', { name: 'Set up an authenticator' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Your password, to confirm').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Set up an authenticator' }).click();
    await dialog.getByRole('img', { name: 'QR code of the authenticator’s secret' }).waitFor();
    await looked(ada, 'authenticator');
    authenticator = `otpauth://totp/x?secret=${(await dialog.locator('.secret').innerText()).replace(/\s/g, '')}`;
    await dialog.getByLabel('Code that the app shows').fill(totp(authenticator, Date.now() - 30_000));
    await dialog.getByRole('button', { name: 'Turn it on' }).click();
    await dialog.getByRole('button', { name: 'Copy the codes' }).waitFor();
    expect(await dialog.getByRole('listitem').count()).toBe(10);
    await dialog.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('A password alone signs nobody in.').waitFor();
  });

  test('the owner invites somebody, and makes a token that is shown once', async () => {
    const { page } = ada;
    await goTo(page, '/halyard/settings?tab=access');
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await page.getByLabel('E-mail').fill('grace@example.com');
    await page.getByLabel('Name').fill('Grace <i>Hopper</i>');
    await page.getByRole('button', { name: 'Make the invitation' }).click();
    invitation = await page.locator('.once').innerText();
    await looked(ada, 'invited');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Grace <i>Hopper</i>').waitFor();

    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.getByLabel('What it is for').fill('pipeline');
    await page.getByRole('dialog').getByRole('button', { name: 'Make the token' }).click();
    const token = await page.locator('.once').innerText();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Revoke the token pipeline' }).waitFor();
    await looked(ada, 'access');

    expect(token).toMatch(/^cs_\d+_/);
    expect(await page.content()).not.toContain(token);
  });

  test('signing out leads to sign-in, and a passkey back to where one was', async () => {
    const { page } = ada;
    await signOut(ada);
    await settled(page);
    await looked(ada, 'sign-in');

    await page.getByRole('button', { name: 'Continue with a passkey' }).click();

    await page.waitForURL(/\/halyard\/settings\?tab=security/);
  });

  test('a password asks for a code, by keyboard alone', async () => {
    const { page } = ada;
    await signOut(ada);
    await page.getByLabel('Work e-mail').fill('ada@example.com');
    await page.getByRole('textbox', { name: 'Password' }).fill('not that');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('E-mail address or password are not right.').waitFor();
    await looked(ada, 'sign-in-refused');
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByLabel('Code from your authenticator').waitFor();
    await looked(ada, 'sign-in-code');
    await page.keyboard.type(totp(authenticator, Date.now()));
    await page.keyboard.press('Enter');

    await page.waitForURL(/\/halyard\/settings/);
    expect(ada.complaints).toEqual([]);
  });

  test('whoever is invited comes in once, and sees what is theirs', async () => {
    const grace = await somebody(browser, served);
    const { page } = grace;
    await goTo(page, invitation);
    await headed(page, 'Halyard Ltd invites you');
    await looked(grace, 'invitation');
    await page.getByRole('textbox', { name: 'Password' }).fill('another three dull nouns');
    await page.getByRole('button', { name: 'Continue with this password' }).click();
    await page.waitForURL(/\/halyard\//);
    await goTo(page, '/halyard/settings?tab=security');
    const tabs = page.getByRole('navigation', { name: 'Settings' });

    await tabs.getByRole('link', { name: 'Security' }).waitFor();
    expect(await tabs.getByRole('link', { name: 'Access' }).count()).toBe(0);
    await goTo(page, invitation);
    await headed(page, 'This link leads nowhere any more');
    expect(grace.complaints).toEqual([]);
    await grace.close();
  });
});
