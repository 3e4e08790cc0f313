import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { MailDev } from 'maildev';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalOf, standUp } from '../testing.ts';
import { render } from './letter.ts';
import { Mail } from './mail.ts';
import { createMailer } from './mailer.ts';

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
  const person = (id: string, more: object) => ({ kind: 'person', id, name: id, email: `${id}@example.com`, ...more });
  const monthly = { kind: 'control', frequency: 'monthly', startsOn: '2026-01-01', answers: { soc2: ['CC6.1'] } };
  await ground.engine.runtime.act(ground.alpha, OPERATOR, 'records.apply', {
    records: [
      person('carl', { roles: ['control-owner'], name: 'Carl <b>"Bold"</b>' }),
      person('emma', {}),
      person('gone', { leavesOn: '2026-01-20' }),
      { kind: 'person', id: 'silent', name: 'Silent' },
      {
        ...monthly,
        id: 'c-review',
        title: 'Review <script>alert(1)</script>\r\nBcc: all@example.com'.replace('\r\n', ' '),
        owner: 'carl',
      },
      { ...monthly, id: 'c-gone', title: 'Of who has left', owner: 'gone' },
      { ...monthly, id: 'c-silent', title: 'Of who has no address', owner: 'silent' },
    ],
  });
});
afterAll(async () => {
  await post.stop();
  await ground.close();
});
afterEach(async () => {
  await ground.asAdministrator('delete from notice');
  await ground.asAdministrator('delete from mail_choice');
  await post.getServers()?.storage.deleteAll();
});

function mail(to: string | undefined = smtpUrl): Mail {
  const mailer = createMailer({ smtpUrl: to, mailFrom: 'grc@example.com', url: 'https://grc.example.com/' });
  return new Mail({ database: ground.database, runner: ground.engine.runtime, clock: ground.clock, mailer });
}
const received = async () => {
  const all = (await post.getServers()?.storage.getAll()) ?? [];
  return all.map(({ to, subject, text, html, headers }) => ({
    to: to.map(({ address }) => address).join(),
    subject,
    text,
    html,
    headers,
  }));
};
const stop = new AbortController().signal;
const at = (text: string): void => ground.clock.set(text);
const inbox = async (of: Actor, box = mail()) => (await box.inbox(ground.alpha, of, {})).items;

describe('a reminder', () => {
  test('comes once before something is due and once on the day, however often and by how many it is looked at', async () => {
    const boxes = [mail(), mail(), mail()];
    for (const day of ['27', '28', '29', '30', '31']) {
      at(`2026-01-${day}T10:00:00Z`);
      await Promise.all(boxes.map((box) => box.remind(ground.alpha, stop)));
    }

    const letters = (await received()).filter(({ to }) => to === 'carl@example.com');
    expect(letters.map(({ subject }) => subject)).toEqual([
      'alpha: Review <script>alert(1)</script> Bcc: all@example.com (c-review) is due on 2026-01-31.',
      'alpha: Review <script>alert(1)</script> Bcc: all@example.com (c-review) is due today.',
    ]);
    expect(new Set(letters.map(({ headers }) => headers['message-id'])).size).toBe(2);
    expect(letters[0]?.text).toContain('https://grc.example.com/alpha/controls/c-review');
  });

  test('is not written to who has left, who has no address, or who wants none; the inbox tells the latter two', async () => {
    at('2026-01-31T10:00:00Z');
    await mail().choose(ground.alpha, PEOPLE['control-owner'], { digest: true, reminders: false });

    await mail().remind(ground.alpha, stop);

    expect(await received()).toEqual([]);
    expect((await inbox(PEOPLE['control-owner'])).map(({ mail: how }) => how)).toEqual(['none']);
    expect((await inbox({ id: 'silent', roles: ['employee'] })).map(({ mailWhy }) => mailWhy)).toEqual([
      'They have no address.',
    ]);
    expect(await inbox({ id: 'gone', roles: ['employee'] })).toEqual([]);
  });

  test('waits while it is quiet, in the organisation’s time zone', async () => {
    at('2026-01-31T20:00:00Z');
    await mail().remind(ground.alpha, stop);
    const atNight = await received();
    at('2026-02-01T07:00:00Z');
    await mail().post(ground.alpha, stop);

    expect(atNight).toEqual([]);
    expect((await received()).map(({ to }) => to)).toEqual(['carl@example.com']);
    expect((await inbox(PEOPLE['control-owner'])).map(({ mail: how }) => how)).toEqual(['sent']);
  });

  test('that the server does not take waits and is tried again', async () => {
    at('2026-01-31T10:00:00Z');
    const dead = mail(`smtp://127.0.0.1:${await freePort()}`);
    await dead.remind(ground.alpha, stop);
    const waiting = (await inbox(PEOPLE['control-owner']))[0];
    await mail().post(ground.alpha, stop);
    const tooSoon = await received();
    at('2026-01-31T11:30:00Z');
    await mail().post(ground.alpha, stop);

    expect(waiting).toMatchObject({ mail: 'waiting' });
    expect(waiting?.mailWhy).toMatch(/The mail server did not take it: E/);
    expect(tooSoon).toEqual([]);
    expect(await received()).toHaveLength(1);
  });

  test('is in the inbox where there is no mail, and is read there', async () => {
    at('2026-01-31T10:00:00Z');
    const none = new Mail({
      ...{ database: ground.database, runner: ground.engine.runtime, clock: ground.clock },
      mailer: createMailer({ smtpUrl: undefined, mailFrom: undefined, url: undefined }),
    });
    await none.remind(ground.alpha, stop);
    const carl = PEOPLE['control-owner'];

    const before = await none.inbox(ground.alpha, carl, {});
    const others = await none.inbox(ground.beta, carl, {});
    const read = await none.read(ground.alpha, carl, undefined);
    const again = await none.read(ground.alpha, carl, undefined);

    expect(before).toMatchObject({
      total: 1,
      unread: 1,
      items: [{ kind: 'due', mail: 'none', leads: '/controls/c-review', readAt: null }],
    });
    expect(others.total).toBe(0);
    expect([read, again]).toEqual([1, 0]);
    expect((await none.inbox(ground.alpha, carl, { unread: true })).total).toBe(0);
    expect(await refusalOf(none.tryOut(ground.alpha, carl))).toBe('mail.none');
  });
});

describe('the digest', () => {
  test('tells each what is due, what fails and what was not observed of theirs, and leads all of it; once a week', async () => {
    at('2026-02-09T09:00:00Z');
    await mail().writeDigests(ground.alpha, stop);
    at('2026-02-10T09:00:00Z');
    await mail().writeDigests(ground.alpha, stop);

    const letters = await received();
    const carl = letters.filter(({ to }) => to === 'carl@example.com');
    expect(carl.map(({ subject }) => subject)).toEqual(['alpha: the week of 2026-02-09']);
    expect(carl[0]?.text).toContain('c-review');
    expect(carl[0]?.text).not.toContain('c-silent');
    expect(letters.map(({ to }) => to)).not.toContain('gone@example.com');
    const [lead] = await inbox(PEOPLE.lead);
    expect(lead?.says).toMatch(/^Week of 2026-02-09: 0 due, \d+ failing, \d+ not observed\.\n/);
    expect(lead?.says).toContain('c-silent');
    expect(lead).toMatchObject({ mail: 'none', mailWhy: 'They have no address.' });
  });
});

describe('an invitation', () => {
  test('is a letter with the link, or is not sent where there is no mail', async () => {
    const given = {
      ...{ organisationName: 'Alpha', email: 'nina@example.com', name: 'Nina', invitedBy: 'Lena' },
      ...{ link: 'https://grc.example.com/accept#ca_1_x', expires: '2026-02-08T09:00:00Z' },
    };

    const sent = await mail().invite(given);
    const dead = await mail(`smtp://127.0.0.1:${await freePort()}`).invite(given);

    expect([sent, dead]).toEqual([true, false]);
    const [letter] = await received();
    expect(letter).toMatchObject({ to: 'nina@example.com', subject: 'Alpha: your sign-in to Countersign' });
    expect(letter?.text).toContain(given.link);
  });
});

describe('a letter', () => {
  const hostile = '<img src=x onerror=alert(1)>\r\nBcc: all@example.com\u2028x';
  const letter = render({
    subject: hostile,
    greeting: hostile,
    says: [hostile],
    sections: [{ title: hostile, lines: [{ says: hostile, url: 'javascript:alert(1)' }] }],
    link: { says: hostile, url: 'https://grc.example.com/?a="><script>' },
    foot: [hostile],
  });

  test('has a subject of one line', () => {
    expect(letter.subject).not.toMatch(/[\r\n\u2028]/);
  });

  test('has HTML without a tag, an attribute or a scheme of somebody else’s', () => {
    expect(letter.html).not.toMatch(/<img|<script|javascript:|onerror=alert\(1\)>/);
    expect(letter.html).toContain('href="https://grc.example.com/?a=&#34;&#62;&#60;script&#62;"');
  });
});

test('the address of the mail server is never in what is said of it', async () => {
  const dead = createMailer({
    smtpUrl: `smtp://user:hunter2@127.0.0.1:${await freePort()}`,
    mailFrom: undefined,
    url: undefined,
  });

  expect(await dead.check()).not.toMatch(/hunter2|user/);
});
