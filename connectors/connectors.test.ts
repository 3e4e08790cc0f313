import { readFileSync } from 'node:fs';
import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import type { CelInput } from '@bufbuild/cel';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MadeRepository } from './git/repository-for-tests.ts';
import type { CheckCase, ConnectorCheck, Data, Json } from './kit/connector.ts';
import { connectors } from './kit/registry.ts';
import { describeConnector } from './kit/suite.ts';

const Library = z.object({ controls: z.array(z.object({ id: z.string() })) });
const library = Library.parse(
  JSON.parse(readFileSync(new URL('../catalogs/controls/library.json', import.meta.url), 'utf8')),
);
const libraryControls = new Set(library.controls.map(({ id }) => id));

const made = new MadeRepository();
made.tell(
  {
    mark: 1,
    seconds: 1_700_000_000,
    message: `${'🎉'.repeat(150)}\n\nbody\n\nReviewed-by: ${'𝒜'.repeat(200)} <bo@example.com>`,
  },
  { mark: 2, seconds: 1_700_000_100, parents: [1], branch: 'topic' },
  { mark: 3, seconds: 1_700_000_200, parents: [1, 2] },
);
made.git(['tag', 'v1.0', 'main']);

const settings: Readonly<Record<string, Readonly<Record<string, string>>>> = { git: { path: made.path }, host: {} };
const all = await connectors();

it('finds the connectors by their folders', () => {
  expect([...all.keys()]).toEqual(['git', 'host']);
});

for (const connector of all.values()) {
  describeConnector({ connector, settings: settings[connector.name] ?? {}, libraryControls });
}

const env = celEnv();
const now = new Date('2026-11-01T00:00:00Z');

function says(check: ConnectorCheck, { data, id = 'x', at }: CheckCase): CheckCase['says'] {
  const variables = {
    it: celMap(data),
    id,
    now: timestampFromDate(now),
    ...(at === undefined ? {} : { at: timestampFromDate(new Date(at)) }),
  };
  const answer = (expression: string) => {
    const value = plan(env, parse(expression))(variables);
    return isCelError(value) || typeof value !== 'boolean' ? undefined : value;
  };
  const applies = answer(check.applies ?? 'true');
  if (applies === undefined) return 'unknown';
  if (!applies) return 'not-applicable';
  const passes = answer(check.passes);
  return passes === undefined ? 'unknown' : passes ? 'pass' : 'fail';
}

function celMap(data: Data): CelInput {
  return new Map(Object.entries(data).map(([name, value]) => [name, celValue(value)]));
}

function celValue(value: Json): CelInput {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(celValue);
  return celMap(value);
}

function isList(value: readonly Json[] | Data): value is readonly Json[] {
  return Array.isArray(value);
}

const cases = [...all.values()].flatMap(({ checks }) =>
  checks.flatMap((check) => check.cases.map((one) => [check.id, one.says, one.why, check, one] as const)),
);
describe('cases of checks', () => {
  it.each(cases)('%s says %s: %s', (_, expected, _why, check, one) => {
    expect(says(check, one)).toBe(expected);
  });
});
