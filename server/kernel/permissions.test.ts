import type { Actor, Role } from '@countersign/core/kernel/index.ts';
import { AREAS, isGuest, ROLES } from '@countersign/core/kernel/index.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, standUp } from '../testing.ts';

/**
 * Who may do, ask and read what: every act, view and kind of the product, tried by somebody of each role on the real runtime. What came out is
 * docs/permissions.md, so that a change of a permission is a line of a diff. Never to be written anew in passing:
 * `npm test -- server/kernel/permissions -u`.
 */
const MATRIX = '../../docs/permissions.md';

let ground: Ground;
/** By column: nobody from outside has a grant in `beta`, and each has one of everything in `alpha`. */
const actors: Readonly<Record<Role, Actor>> = { ...PEOPLE, operator: OPERATOR };
beforeAll(async () => {
  ground = await standUp();
  for (const { id } of [PEOPLE.adviser, PEOPLE.auditor])
    for (const programme of ['soc2', 'iso27001'])
      await ground.engine.runtime.act(ground.alpha, PEOPLE.owner, 'grant.give', {
        person: id,
        programme,
        from: '2026-01-01',
        to: '2026-12-31',
        visible: AREAS,
      });
});
afterAll(() => ground.close());

const runtime = () => ground.engine.runtime;
const REFUSED = /^(?:record\.forbidden|identity\.required|grant\.(?:none|area|begins|ended))$/;

/** What kept somebody out, or undefined if it was not their role. */
const barOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: { readonly code?: string }) => {
      if (error.code === undefined) throw error;
      return REFUSED.test(error.code) ? error.code : undefined;
    },
  );

type Attempt = (org: Ground['alpha'], actor: Actor) => Promise<unknown>;

/** A cell: whether it is open, and for guests whether a grant opens it. */
async function cell(role: Role, attempt: Attempt): Promise<string> {
  const actor = actors[role];
  const granted = await barOf(attempt(ground.alpha, actor));
  if (granted !== undefined) return '·';
  if (!isGuest(actor)) return 'yes';
  return (await barOf(attempt(ground.beta, actor))) === undefined ? 'yes' : 'grant';
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

async function table(what: string, rows: readonly (readonly [string, Attempt])[]): Promise<string> {
  const lines = [line([what, ...ROLES]), line(['---', ...ROLES.map(() => '---')])];
  for (const [name, attempt] of rows)
    lines.push(line([`\`${name}\``, ...(await Promise.all(ROLES.map((role) => cell(role, attempt))))]));
  return lines.join('\n');
}

const actRows = (internal: boolean): readonly (readonly [string, Attempt])[] =>
  [...runtime().product.acts.values()]
    .filter((act) => act.internal === internal)
    .map(({ name }) => [name, (org, actor) => runtime().act(org, actor, name, { nonsense: true })]);
const viewRows = (): readonly (readonly [string, Attempt])[] =>
  [...runtime().product.views.keys()].map((name) => [
    name,
    (org, actor) => runtime().view(org, actor, name, { nonsense: true }),
  ]);
const kindRows = (): readonly (readonly [string, Attempt])[] =>
  [...runtime().product.records.keys()].map((kind) => [kind, (org, actor) => runtime().list(org, actor, kind)]);

test('the matrix in docs is what the product does', async () => {
  const matrix = `# Who may do, ask and read what

Made by \`server/kernel/permissions.test.ts\`, which tries every cell on the real runtime; [roles](roles.md) says what the roles are for. To write
it anew after a change that was meant: \`npm test -- server/kernel/permissions -u\`.

\`yes\`: by role. \`grant\`: only while a grant that opens the part is in force, and only what it opens. \`·\`: never. What a thing's own state or
who had a hand in it forbids comes on top: \`GET /api/records/{kind}/{id}/acts\` says it.

## Acts

${await table('Act', actRows(false))}

## Acts without a door of their own

Steps of a service, which asks more than the role.

${await table('Act', actRows(true))}

## Views

${await table('View', viewRows())}

## Records, by list, get, history and what may be done to one

${await table('Kind', kindRows())}
`;

  await expect(matrix).toMatchFileSnapshot(MATRIX);
});

describe('laws of the matrix', () => {
  /** Verbs of contract.md that decide in a person's place. */
  const DECIDES = /\.(?:approve|accept|sign|acknowledge|conclude|issue|refuse|return|attest|give)$/;
  const acts = () => [...runtime().product.acts.values()];

  test('the operator of the machine decides nothing in a person’s place', () => {
    const decisions = acts().filter(({ name }) => DECIDES.test(name));

    expect(decisions.length).toBeGreaterThan(1);
    // Somebody who returns is there again; nothing is decided by it.
    const open = decisions.filter(({ name, allowed }) => allowed.includes('operator') && name !== 'person.return');
    expect(open.map(({ name }) => name)).toEqual([]);
  });

  test('an auditor does nothing by a door', () => {
    const done = acts().filter(({ internal, allowed }) => !internal && allowed.includes('auditor'));

    expect(done.map(({ name }) => name)).toEqual([]);
  });

  test('whoever sees by grant sees nothing without one: not a record, not an answer', async () => {
    const open: string[] = [];
    for (const [name, attempt] of [...viewRows(), ...kindRows(), ...actRows(false)])
      for (const actor of [PEOPLE.auditor, PEOPLE.adviser, { id: 'nobody', roles: [] }])
        if ((await barOf(attempt(ground.beta, actor))) === undefined) open.push(`${actor.id}: ${name}`);

    expect(open).toEqual([]);
  });

  test('get, history and what may be done to one are as open as the list', async () => {
    for (const [kind, list] of kindRows()) {
      for (const role of ROLES) {
        const bars = await Promise.all(
          [
            list(ground.alpha, actors[role]),
            runtime().get(ground.alpha, actors[role], kind, 'none'),
            runtime().history(ground.alpha, actors[role], kind, 'none'),
            runtime().actsOn(ground.alpha, actors[role], kind, 'none'),
          ].map(barOf),
        );

        expect([kind, role, new Set(bars).size]).toEqual([kind, role, 1]);
      }
    }
  });

  test('what GET /api/allowed says is what is so', async () => {
    for (const role of ROLES) {
      const told = await runtime().allowed(ground.alpha, actors[role]);
      const said = new Map<string, string | undefined>();
      for (const { name, ...rest } of [...told.acts, ...told.views])
        said.set(name, rest.allowed ? undefined : rest.code);
      for (const { kind, ...rest } of told.kinds) said.set(kind, rest.allowed ? undefined : rest.code);

      for (const [name, attempt] of [...actRows(false), ...viewRows(), ...kindRows()])
        expect([role, name, await barOf(attempt(ground.alpha, actors[role]))]).toEqual([role, name, said.get(name)]);
    }
  });
});
