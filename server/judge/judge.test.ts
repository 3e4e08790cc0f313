import { afterAll, describe, expect, it } from 'vitest';
import { connectors } from '@countersign/connectors/kit/registry.ts';
import type { Expressions } from './expression.ts';
import { FAIL, NOT_APPLICABLE, OUT_OF_SCOPE, PASS, syntaxError, UNKNOWN } from './expression.ts';
import { createJudge } from './judge.ts';

const judge = createJudge({ limitMs: 300, memoryMb: 64 });
afterAll(() => judge.close());

const check = (passes: string, more: Partial<Expressions> = {}): Expressions => ({
  applies: 'true',
  passes,
  message: '{id} fails',
  ...more,
});
const item = (id: string, data: object, at?: number) => ({ id, at, data: JSON.stringify(data) });
const NOW = Date.UTC(2026, 2, 1);
/** When the connectors' cases are about. */
const CASES_AT = '2026-03-10T00:00:00Z';
const one = async (expressions: Expressions, data: object): Promise<{ outcome: number | undefined; why: string }> => {
  const { outcomes, whys } = await judge.judge([expressions], [item('p-1', data)], NOW);
  return { outcome: outcomes[0]?.[0], why: whys[0]?.get(0) ?? '' };
};

describe('what an expression says of an item', () => {
  it.each<[string, Expressions, object, number]>([
    ['passes', check('it.ok'), { ok: true }, PASS],
    ['fails', check('it.ok'), { ok: false }, FAIL],
    ['errs on a field that is not there', check('it.ok'), {}, UNKNOWN],
    ['answers no boolean', check('it.ok'), { ok: 'yes' }, UNKNOWN],
    ['answers null', check('it.ok'), { ok: null }, UNKNOWN],
    ['errs in scope', check('true', { scope: 'it.inScope' }), {}, UNKNOWN],
    ['is out of scope', check('false', { scope: 'it.inScope' }), { inScope: false }, OUT_OF_SCOPE],
    ['does not apply', check('false', { applies: 'it.applies' }), { applies: false }, NOT_APPLICABLE],
    ['errs in applies', check('true', { applies: 'it.applies' }), { applies: 1 }, UNKNOWN],
    ['names nothing that is known', check('elsewhere.ok'), { ok: true }, UNKNOWN],
    ['compares with the clock', check('timestamp(it.until) > now'), { until: '2026-03-02T00:00:00Z' }, PASS],
    ['divides by nothing', check('1 / it.n == 1'), { n: 0 }, UNKNOWN],
    ['reads what JavaScript would find on any object', check('has(it.toString)'), { ok: true }, FAIL],
    ['reads a prototype that is only data', check('it["__proto__"].ok'), JSON.parse('{"__proto__":{"ok":true}}'), PASS],
  ])('%s', async (_, expressions, data, outcome) => {
    const said = await one(expressions, data);

    expect(said.outcome).toBe(outcome);
    expect(said.why === '').toBe(outcome !== FAIL && outcome !== UNKNOWN);
  });

  it('is the same whether equal fields were seen before or not', async () => {
    const items = [
      item('p-1', { ok: true }),
      item('p-2', { ok: null }),
      item('p-3', {}),
      item('p-4', { ok: 'true' }),
      item('p-5', { ok: true, other: 1 }),
      item('p-1', { ok: false }),
    ];
    const { outcomes } = await judge.judge(
      [check('it.ok'), check('id == "p-1"'), check('has(it.ok)'), check('[true].all(it, it)'), check('size(it) > 1')],
      items,
      NOW,
    );

    expect(outcomes.map((of) => [...of])).toEqual([
      [PASS, UNKNOWN, UNKNOWN, UNKNOWN, PASS, FAIL],
      [PASS, FAIL, FAIL, FAIL, FAIL, PASS],
      // To the library a field that is null is as one that is not there.
      [PASS, FAIL, FAIL, PASS, PASS, PASS],
      [PASS, PASS, PASS, PASS, PASS, PASS],
      [FAIL, FAIL, FAIL, FAIL, PASS, FAIL],
    ]);
  });

  it('names the failing item in a sentence of at most 500 characters', async () => {
    const message = '{id}: {person.name} has {things} and {nothing}';
    const data = { ok: false, person: { name: 'Ana' }, things: ['a'] };

    expect((await one(check('it.ok', { message }), data)).why).toBe('p-1: Ana has ["a"] and unknown');
    expect((await one(check('it.ok', { message: '{long}' }), { ok: false, long: 'x'.repeat(2000) })).why).toHaveLength(
      500,
    );
  });
});

describe('an expression that would never end', () => {
  const list = Array.from({ length: 1000 }, (_, i) => i);
  const endless = 'it.list.all(a, it.list.all(b, it.list.all(c, a + b + c >= 0)))';

  it('is unknown for the item that does it, and for no other item or check', async () => {
    const items = [item('p-1', { list: [1] }), item('p-2', { list }), item('p-3', { list: [2] })];
    const began = performance.now();
    const { outcomes, whys } = await judge.judge([check(endless), check('it.list.size() > 0')], items, NOW);

    expect(outcomes.map((of) => [...of])).toEqual([
      [PASS, UNKNOWN, PASS],
      [PASS, PASS, PASS],
    ]);
    expect([...(whys[0]?.keys() ?? [])]).toEqual([1]);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('is given up for the rest of a batch after a few items', async () => {
    const items = Array.from({ length: 50 }, (_, i) => item(`p-${i}`, { list, i }));
    const began = performance.now();
    const { outcomes, whys } = await judge.judge([check(endless), check('it.i >= 0')], items, NOW);

    expect(outcomes[0]?.every((outcome) => outcome === UNKNOWN)).toBe(true);
    expect(outcomes[1]?.every((outcome) => outcome === PASS)).toBe(true);
    expect(whys[0]?.size).toBe(50);
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  it('does not harm what waits behind it', async () => {
    const [stuck, behind] = await Promise.all([
      judge.judge([check(endless)], [item('p-1', { list })], NOW),
      judge.judge([check('it.ok')], [item('p-1', { ok: true }), item('p-2', { ok: false })], NOW),
    ]);

    expect([...(stuck.outcomes[0] ?? [])]).toEqual([UNKNOWN]);
    expect([...(behind.outcomes[0] ?? [])]).toEqual([PASS, FAIL]);
  });

  it('may take long over many items that are each quick', async () => {
    const short = Array.from({ length: 20 }, (_, i) => i);
    const items = Array.from({ length: 100 }, (_, i) => item(`p-${i}`, { list: [...short, i] }));
    const { outcomes } = await judge.judge([check(endless)], items, NOW);

    expect(new Set(outcomes[0])).toEqual(new Set([PASS]));
  });

  it('and one that fills the memory is unknown for its item only', async () => {
    const bomb = 'it.list.map(a, it.list.map(b, it.list.map(c, [a, b, c, a, b, c]))).size() > 0';
    const { outcomes } = await judge.judge(
      [check(bomb)],
      [item('p-1', { list: [1] }), item('p-2', { list }), item('p-3', { list: [2] })],
      NOW,
    );

    expect([...(outcomes[0] ?? [])]).toEqual([PASS, UNKNOWN, PASS]);
  });

  it('a regular expression takes time in proportion to its text', async () => {
    const data = { text: `${'a'.repeat(5000)}!` };

    expect((await one(check('it.text.matches("^(a+)+$")'), data)).outcome).toBe(FAIL);
    expect((await one(check('it.text.matches("(((a{1000}){1000}){1000}){1000}")'), data)).outcome).toBe(UNKNOWN);
    expect((await one(check('it.text.matches("(")'), data)).outcome).toBe(UNKNOWN);
  });
});

describe('a text that is no expression', () => {
  it.each(['it.', '(', 'it.ok &&', 'it..ok', '"', 'true ? 1'])('%j is refused', (text) => {
    expect(syntaxError(text)).toBeTypeOf('string');
  });

  it.each([
    ['brackets', `${'('.repeat(1900)}true${')'.repeat(1900)}`],
    ['lists', `${'['.repeat(1900)}${']'.repeat(1900)}`],
    ['macros', `${'it.all(a,'.repeat(400)}true${')'.repeat(400)}`],
    ['sums', `1${'+1'.repeat(1900)}`],
  ])('of many %s is answered soon', (_, text) => {
    const began = performance.now();
    syntaxError(text);

    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('is unknown if it comes to be judged all the same', async () => {
    expect((await one(check('it.'), { ok: true })).outcome).toBe(UNKNOWN);
  });

  it('is found by the thread as well', async () => {
    const [first, second] = await judge.parse(['it.ok', 'it.']);

    expect(first).toBeNull();
    expect(second).toBeTypeOf('string');
  });
});

describe('the checks of every connector', async () => {
  const cases = [...(await connectors()).values()].flatMap((connector) =>
    connector.checks.flatMap(({ cases: all, ...rules }) => all.map((one) => ({ check: rules.id, rules, one }))),
  );
  const SAYS = { pass: PASS, fail: FAIL, 'not-applicable': NOT_APPLICABLE, unknown: UNKNOWN } as const;

  it('come with cases', () => expect(cases.length).toBeGreaterThan(20));

  it.each(cases.map(({ check: id, rules, one }) => [id, one.says, one.why, rules, one] as const))(
    '%s says %s: %s',
    async (_id, says, _why, rules, { id = 'p-1', at, data }) => {
      const { outcomes } = await judge.judge(
        [{ scope: rules.scope, applies: rules.applies ?? 'true', passes: rules.passes, message: rules.message }],
        [item(id, data, at === undefined ? undefined : Date.parse(at))],
        Date.parse(CASES_AT),
      );

      expect(outcomes[0]?.[0]).toBe(SAYS[says]);
    },
  );
});
