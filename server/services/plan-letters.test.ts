import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { MailDev } from 'maildev';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Mailer } from '../mail/mailer.ts';
import { createMailer } from '../mail/mailer.ts';
import { OPERATOR, PEOPLE, refusalOf, standUp } from '../testing.ts';
import type { Ground } from '../testing.ts';
import { planLetters } from './plan-letters.ts';

let ground: Ground;
let post: MailDev;
let smtpUrl: string;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

beforeAll(async () => {
  ground = await standUp();
  const smtp = await freePort();
  post = new MailDev({ smtp, ip: '127.0.0.1', disableWeb: true, silent: true });
  await post.start();
  smtpUrl = `smtp://127.0.0.1:${smtp}`;
  const answers = { persons: 30, asked: { soc2: 2, iso27001: 1 }, markets: { usCa: 55, europe: 35 } };
  await ground.engine.runtime.act(ground.alpha, PEOPLE.lead, 'plan.save', { id: 'p', answers });
});
afterAll(async () => {
  await post.stop();
  await ground.close();
});
afterEach(() => post.getServers()?.storage.deleteAll());

const letters = (to: string | undefined = smtpUrl) =>
  planLetters({
    runner: ground.engine.runtime,
    documents: ground.engine.services.documents,
    mailer: createMailer({ smtpUrl: to, mailFrom: 'grc@example.com', url: undefined }),
  });
const received = async () => (await post.getServers()?.storage.getAll()) ?? [];
const sentOf = async () =>
  ((await ground.engine.runtime.get(ground.alpha, PEOPLE.owner, 'plan', 'p')) as { readonly sent: readonly object[] })
    .sent;

describe('the page for the board', () => {
  test('goes to each address by itself, and the log says to how many and which PDF, and no address', async () => {
    const to = ['ines@example.com', 'omar@example.com', 'INES@example.com'];
    const told = await letters()(ground.alpha, PEOPLE.owner, {
      plan: 'p',
      to,
      note: 'For Thursday.\r\nBcc: x@example.com',
    });

    const mails = await received();
    expect(told).toMatchObject({ sent: 2, refused: [] });
    expect(mails.map((mail) => mail.to.map(({ address }) => address).join()).sort()).toEqual([
      'INES@example.com',
      'omar@example.com',
    ]);
    expect(mails[0]?.text).toContain('For Thursday.');
    expect(mails[0]?.headers['bcc']).toBeUndefined();
    expect(mails[0]?.attachments?.[0]).toMatchObject({ contentType: 'application/pdf' });
    expect(await sentOf()).toMatchObject([{ by: PEOPLE.owner.id, addresses: 2, digest: told.digest }]);
    const log = await ground.asAdministrator<{ text: string }>(
      `select convert_from(statement, 'UTF8') as text from log_entry where org = ${ground.alpha.id}`,
    );
    const bodies = await ground.asAdministrator<{ text: string }>(
      `select body::text as text from record where kind = 'plan'`,
    );
    expect(JSON.stringify([log, bodies])).not.toMatch(/ines@|omar@/i);
  });

  test('that was sent is what the digest says', async () => {
    const taken: Uint8Array[] = [];
    const mailer: Mailer = {
      ...createMailer({ smtpUrl: undefined, mailFrom: undefined, url: undefined }),
      isSet: true,
      send: async (_to, _letter, _id, attached) => void taken.push(attached?.bytes ?? new Uint8Array()),
    };
    const { digest } = await planLetters({ ...partsWithoutMail(), mailer })(ground.alpha, PEOPLE.lead, {
      plan: 'p',
      to: ['ines@example.com'],
    });

    expect(taken.map((bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`)).toEqual([digest]);
  });

  test('is not sent where there is no mail, or by who may not, and nothing is recorded', async () => {
    const before = (await sentOf()).length;
    const to = ['ines@example.com'];

    expect(await refusalOf(planLetters({ ...partsWithoutMail() })(ground.alpha, PEOPLE.owner, { plan: 'p', to }))).toBe(
      'mail.none',
    );
    expect(await refusalOf(letters()(ground.alpha, OPERATOR, { plan: 'p', to }))).toBe('identity.required');
    expect(await refusalOf(letters()(ground.alpha, PEOPLE['control-owner'], { plan: 'p', to }))).toBe(
      'record.forbidden',
    );
    expect(await refusalOf(letters()(ground.alpha, PEOPLE.owner, { plan: 'q', to }))).toBe('record.missing');
    expect(
      await refusalOf(letters(`smtp://127.0.0.1:${await freePort()}`)(ground.alpha, PEOPLE.owner, { plan: 'p', to })),
    ).toBe('mail.refused');
    expect(await received()).toEqual([]);
    expect((await sentOf()).length).toBe(before);
  });

  test('is written to so many addresses a day and no more, however they are asked for', async () => {
    ground.clock.set('2027-01-01T10:00:00Z');
    const many = (n: number, from: number) => Array.from({ length: n }, (_, i) => `p${from + i}@example.com`);
    const send = letters();
    const asked = [0, 20, 40, 60].map((from) =>
      refusalOfSent(send(ground.alpha, PEOPLE.owner, { plan: 'p', to: many(20, from) })),
    );

    expect((await Promise.all(asked)).sort()).toEqual(['plan.often', 'sent', 'sent', 'sent']);
    expect(await received()).toHaveLength(60);
    ground.clock.set('2027-01-02T10:00:01Z');
    expect(await refusalOfSent(send(ground.alpha, PEOPLE.owner, { plan: 'p', to: many(1, 0) }))).toBe('sent');
  });
});

const partsWithoutMail = () => ({
  runner: ground.engine.runtime,
  documents: ground.engine.services.documents,
  mailer: createMailer({ smtpUrl: undefined, mailFrom: undefined, url: undefined }),
});

const refusalOfSent = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'sent',
    (error: { readonly code?: string }) => error.code ?? String(error),
  );

describe('by HTTP', () => {
  test('addresses are checked at the door; the PDF is an attachment for owner and lead', async () => {
    const app = await ground.app();
    const { token } = await ground.engine.services.createToken(ground.alpha, OPERATOR, {
      name: 't',
      for: PEOPLE.owner.id,
    });
    const { token: weak } = await ground.engine.services.createToken(ground.alpha, OPERATOR, {
      name: 'w',
      for: PEOPLE['control-owner'].id,
    });
    const call = (method: 'GET' | 'POST', url: string, payload?: object, by = token) =>
      app.inject({
        method,
        url,
        headers: { authorization: `Bearer ${by}` },
        ...(payload === undefined ? {} : { payload }),
      });

    const page = await call('GET', '/api/documents/plan?plan=p');
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'application/pdf']);
    expect(page.headers['content-disposition']).toMatch(/^attachment; .*alpha-plan-/);
    expect((await call('GET', '/api/documents/plan')).json()).toMatchObject({ code: 'plan.none' });
    expect((await call('GET', '/api/documents/plan?plan=p', undefined, weak)).statusCode).toBe(403);
    for (const to of [
      [],
      ['nobody'],
      ['a@example.com\r\nBcc: b@example.com'],
      Array.from({ length: 21 }, (_, i) => `a${i}@example.com`),
    ]) {
      expect((await call('POST', '/api/plans/p/letters', { to })).statusCode).toBe(422);
    }
    expect((await call('POST', '/api/plans/p/letters', { to: ['a@example.com'] })).json()).toMatchObject({
      code: 'mail.none',
    });
    expect((await call('POST', '/api/plans/p/letters', { to: ['a@example.com'] }, weak)).statusCode).toBe(403);
  });

  test('contradictory answers are refused with every field, and hostile ones with where', async () => {
    const app = await ground.app();
    const { token } = await ground.engine.services.createToken(ground.alpha, OPERATOR, {
      name: 'h',
      for: PEOPLE.owner.id,
    });
    const ask = async (payload: object) => {
      const response = await app.inject({
        method: 'POST',
        url: '/api/views/roadmap',
        headers: { authorization: `Bearer ${token}` },
        payload,
      });
      return { status: response.statusCode, ...response.json<{ code?: string; detail?: string; at?: unknown }>() };
    };

    expect(await ask({ persons: 30, markets: { usCa: 70, europe: 70 }, engineers: 31 })).toMatchObject({
      status: 422,
      code: 'plan.contradiction',
      at: ['markets'],
    });
    for (const answers of [
      {},
      { persons: 0 },
      { persons: 1e9 },
      { persons: 30, budget: -5 },
      { persons: 30, colour: 'red' },
      { persons: 30, markets: { moon: 5 } },
      { persons: 30, seed: 'xyz' },
      { persons: 30, startsOn: '2026-02-30' },
      { persons: 30, windowMonths: 1 },
      { persons: 30, edits: Array.from({ length: 101 }, () => ({ figure: 'iso.gap', low: 1, likely: 1, high: 1 })) },
      { persons: 30, quotes: [{ figure: '__proto__', firm: 'x', amount: 1 }] },
    ]) {
      expect([JSON.stringify(answers).slice(0, 60), (await ask(answers)).status]).toEqual([
        JSON.stringify(answers).slice(0, 60),
        422,
      ]);
    }
  });
});
