import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { OPERATOR, refusalOf, standUp } from '../testing.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await standUp();
});
afterAll(() => ground.close());

const slugs = async () => (await ground.engine.services.organisations()).map(({ slug }) => slug);
const rows = async () =>
  (await ground.asAdministrator<{ slug: string }>('select slug from organisation order by id')).map(({ slug }) => slug);

describe('an organisation', () => {
  test.each([
    ['a framework that is none', { frameworks: ['nope'] }, 'record.invalid'],
    ['a name that is empty', { name: '' }, 'record.invalid'],
    ['a name with U+0000', { name: 'a\u0000' }, 'record.text'],
    ['a time zone that is none', { timeZone: 'Europe/Nowhere' }, 'init.zone'],
    ['a slug that is none', { slug: 'No' }, 'init.slug'],
  ])('that is refused for %s leaves nothing behind', async (_, input, code) => {
    const before = await rows();

    expect(await refusalOf(ground.engine.services.init(OPERATOR, { name: 'N', slug: 'new', ...input }))).toBe(code);
    expect(await rows()).toEqual(before);
  });

  test.each([
    ['with its row', false],
    ['with its log', true],
  ])('whose beginning was broken off %s is none yet, and the same call goes on', async (_, hasLog) => {
    const slug = hasLog ? 'half-log' : 'half-row';
    await ground.asAdministrator('insert into organisation (slug, origin) values ($1, $1)', [slug]);
    if (hasLog)
      await ground.asAdministrator('insert into log (org) select id from organisation where slug = $1', [slug]);
    const before = await slugs();

    await ground.engine.services.init(OPERATOR, { name: 'Half', slug });

    expect(before).not.toContain(slug);
    expect(await slugs()).toContain(slug);
    expect(await refusalOf(ground.engine.services.init(OPERATOR, { name: 'Half', slug }))).toBe('init.taken');
  });
});

describe('the doctor', () => {
  test('tells of the one organisation whose key is gone or does not open, and of the others as ever', async () => {
    const [secret] = await ground.asAdministrator<{ wrapped: Buffer }>(
      `delete from secret where org = $1 and name = 'log-key' returning wrapped`,
      [ground.alpha.id],
    );
    const fresh = await ground.another();
    const said = async () => {
      const findings = await fresh.services.doctor();
      return ['alpha', 'beta'].map((slug) =>
        findings
          .filter(({ says }) => says.startsWith(`${slug}:`) && !/watch|self-check/.test(says))
          .map(({ ok }) => ok),
      );
    };

    const gone = await said();
    await ground.asAdministrator(`insert into secret (org, name, wrapped) values ($1, 'log-key', $2)`, [
      ground.alpha.id,
      Buffer.alloc(40),
    ]);
    const strange = await said();
    await ground.asAdministrator(`update secret set wrapped = $2, data_key = 1 where org = $1 and name = 'log-key'`, [
      ground.alpha.id,
      secret?.wrapped,
    ]);

    expect(gone).toEqual([
      [false, false, true],
      [true, true, true],
    ]);
    expect(strange).toEqual(gone);
    expect(await said()).toEqual([
      [true, true, true],
      [true, true, true],
    ]);
  });
});
