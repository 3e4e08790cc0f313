import { z } from 'zod';
import * as boundary from '@countersign/core/boundary/record.ts';
import * as check from '@countersign/core/check/index.ts';
import { CheckSteps, Tracks } from '@countersign/core/check/feed.ts';
import { checkAt } from '@countersign/core/check/timeline.ts';
import * as connector from '@countersign/core/connector/index.ts';
import * as control from '@countersign/core/control/index.ts';
import * as effectiveness from '@countersign/core/effectiveness/index.ts';
import { Effectiveness } from '@countersign/core/effectiveness/view.ts';
import { Status } from '@countersign/core/effectiveness/status.ts';
import { checkHistories, datasetOf, operatingReads, stateTerms } from '@countersign/core/effectiveness/reading.ts';
import * as erasure from '@countersign/core/erasure/index.ts';
import * as evidence from '@countersign/core/evidence/index.ts';
import * as framework from '@countersign/core/framework/index.ts';
import type { Actor, Product } from '@countersign/core/kernel/index.ts';
import { inForce, parseInstant } from '@countersign/core/kernel/index.ts';
import * as kernel from '@countersign/core/kernel/index.ts';
import type { Rules } from '@countersign/core/oracle/compare.ts';
import type { CheckBody, ControlBody, Instant, Version, World } from '@countersign/core/oracle/world.ts';
import { Holidays, Organisation as OrganisationRecord } from '@countersign/core/organisation/record.ts';
import * as people from '@countersign/core/people/index.ts';
import * as proof from '@countersign/core/proof/index.ts';
import * as posture from '@countersign/core/posture/index.ts';
import * as timeline from '@countersign/core/timeline/index.ts';
import type { Organisation } from '../runtime.ts';
import type { Bench } from './testing.ts';
import { OPERATOR } from './testing.ts';

const { compose, create, defineAct, defineView, ask, correct, move } = kernel;

/** Supports what a world's check does not: a check of the product names at least one control. */
const NOBODY = 'c-none';
const MASTER: Actor = { id: OPERATOR.id, roles: ['operator', 'owner'] };
const BEFORE_ALL = Date.UTC(2000, 0, 1);

const body = z.record(z.string(), z.unknown());
const Written = z.strictObject({
  does: z.enum(['create', 'change', 'correct', 'retire', 'approve']),
  kind: z.enum(['control', 'check', 'holidays', 'performance', 'exception', 'evidence']),
  id: z.string(),
  body: body.default({}),
});
type Written = z.input<typeof Written>;

const written = [
  control.Control,
  check.Check,
  Holidays,
  control.Performance,
  control.Exception,
  evidence.Evidence,
] as const;

/** Writes what a world says was recorded, past the acts that would ask whether it was wise. */
const write = defineAct('world.write', {
  says: 'Writes a record of a world.',
  input: Written,
  reads: written,
  allowed: ['operator'],
  decide(book, { does, kind, id, body: given }) {
    if (does === 'create') return [{ does, kind, id, body: given }];
    if (does === 'approve') return [move(control.Exception, book.exception.get(id), 'approve', given)];
    if (kind === 'performance') return [correct(control.Performance, book.performance.get(id), given)];
    const from = (kind === 'control' ? book.control : book.check).history(id).length;
    return [does === 'retire' ? { does, kind, id, from } : { does, kind, id, from, body: given }];
  },
});

/** Begins an organisation with its programmes and nothing else: the library's controls are in no world. */
const begin = defineAct('organisation.create', {
  says: 'Begins an organisation of a world.',
  input: z.strictObject({ name: z.string(), timeZone: z.string() }),
  reads: [OrganisationRecord, framework.Programme],
  allowed: ['operator'],
  answer: z.strictObject({ controls: z.int(), requirements: z.record(z.string(), z.int()) }),
  decide: (_book, { name, timeZone }) => ({
    changes: [
      create(OrganisationRecord, 'organisation', { name, timeZone }),
      create(framework.Programme, 'soc2', { framework: 'soc2', title: 'SOC 2' }),
      create(framework.Programme, 'iso27001', { framework: 'iso27001', title: 'ISO 27001' }),
    ],
    answer: { controls: 0, requirements: {} },
  }),
});

const Says = z.object({ says: z.enum(['pass', 'fail', 'unknown', 'not-applicable']).nullable() });

/** What a check of state says at a moment, which the product's views show only as part of a control's state. */
const checkSays = defineView('world.check', {
  says: 'What a check of state says.',
  input: z.strictObject({ check: z.string() }),
  reads: operatingReads,
  output: Says,
  *compute(book, { check: id }, at) {
    const history = checkHistories(book).find((one) => one.check === id);
    if (history === undefined || inForce(history.governed, at.asOf)?.mode !== 'state') return { says: null };
    const tracks = yield* ask(Tracks, { datasets: [datasetOf(history)] });
    const steps = yield* ask(CheckSteps, { checks: [id] });
    const terms = stateTerms(history, steps);
    return { says: checkAt(tracks.get(datasetOf(history)) ?? [], terms, at.asOf, at.position, at.knownAt).says };
  },
});

/** The product with doors for worlds. */
export const worldProduct: Product = compose([
  kernel,
  people,
  framework,
  boundary,
  { OrganisationRecord, Holidays, begin },
  control,
  evidence,
  erasure,
  proof,
  connector,
  check,
  effectiveness,
  timeline,
  posture,
  { write, checkSays },
]);

/**
 * The nearest world that the product's doors let in: a correction corrects the last version, a control that others name is never retired, and what is
 * retired stays so, from when it is recorded.
 */
export function admissible(world: World): World {
  const lasting = <Body>(versions: Version<Body>[], retires: boolean): Version<Body>[] => {
    const kept: Version<Body>[] = [];
    for (const { retired, correct: corrects, effectiveFrom, ...version } of versions) {
      if (retired !== true)
        kept.push({
          ...version,
          ...(corrects === undefined || kept.length === 0 ? {} : { correct: kept.length }),
          ...(effectiveFrom === undefined || kept.length === 0 ? {} : { effectiveFrom }),
        });
      else if (retires) {
        kept.push({ recordedAt: version.recordedAt, body: version.body, retired });
        break;
      }
    }
    return kept;
  };
  return {
    ...world,
    controls: world.controls.map((one) => ({ ...one, versions: lasting(one.versions, false) })),
    checks: world.checks.map((one) => ({ ...one, versions: lasting(one.versions, true) })),
  };
}

interface Entry {
  readonly recordedAt: Instant;
  readonly write: () => Promise<unknown>;
}

/**
 * Records a world through the engine, each thing when the world says it was recorded.
 *
 * @param between asked after each entry, for tests that look in while the world goes on
 */
export async function replay(
  bench: Bench,
  world: World,
  slug: string,
  between: (org: Organisation) => Promise<unknown> = () => Promise.resolve(),
): Promise<Organisation> {
  bench.now = BEFORE_ALL;
  const org = await bench.begin(slug, world.zone);
  const act = (input: Written): Promise<unknown> => bench.engine.runtime.act(org, MASTER, 'world.write', input);
  await act({ does: 'create', kind: 'control', id: NOBODY, body: { title: 'Nobody', frequency: 'continuous' } });
  await act({
    does: 'create',
    kind: 'evidence',
    id: 'e-1',
    body: { name: 'a.txt', digest: '0'.repeat(64), bytes: 1, controls: [NOBODY] },
  });
  for (const source of world.sources) {
    const [as] = source.dataset.split('/');
    await bench.engine.runtime.act(org, MASTER, 'source.add', { id: source.id, connector: 'push', as });
  }
  const entries = entriesOf(bench, world, org, act).sort((a, b) => a.recordedAt - b.recordedAt);
  for (const entry of entries) {
    bench.now = entry.recordedAt;
    await entry.write();
    await between(org);
  }
  return org;
}

function entriesOf(bench: Bench, world: World, org: Organisation, act: (input: Written) => Promise<unknown>): Entry[] {
  const versions = <Body>(
    kind: 'control' | 'check',
    id: string,
    all: readonly Version<Body>[],
    bodyOf: (body: Body) => object,
  ): Entry[] =>
    all.map(({ recordedAt, effectiveFrom, correct: corrects, retired, body: given }, i) => ({
      recordedAt,
      write: () =>
        act({
          does: i === 0 ? 'create' : retired === true ? 'retire' : corrects === undefined ? 'change' : 'correct',
          kind,
          id,
          body: { ...bodyOf(given), ...(effectiveFrom === undefined ? {} : { effectiveFrom }) },
        }),
    }));
  return [
    ...world.holidays.map(({ recordedAt, dates }, i) => ({
      recordedAt,
      write: () => act({ does: 'create', kind: 'holidays', id: `h-${i}`, body: { dates } }),
    })),
    ...world.controls.flatMap(({ id, versions: all }) => versions('control', id, all, controlBody)),
    ...world.checks.flatMap(({ id, versions: all }) => versions('check', id, all, checkBody)),
    ...world.sources.flatMap(({ id, dataset, collections, removedAt }) => [
      ...collections.map(({ recordedAt, observedAt, status, from, to, items }) => ({
        recordedAt,
        write: () =>
          bench.collection(
            org,
            { source: id, dataset, mode: dataset.endsWith('/events') ? 'events' : 'state' },
            {
              status,
              why: status === 'complete' ? [] : ['as the world has it'],
              observedAt,
              ...(from === undefined || to === undefined ? {} : { from, to }),
            },
            items.map((item) => ({ id: item.id, at: item.at, data: item.data })),
          ),
      })),
      ...(removedAt === undefined
        ? []
        : [
            {
              recordedAt: removedAt,
              write: () => bench.engine.runtime.act(org, MASTER, 'source.remove', { source: id }),
            },
          ]),
    ]),
    ...world.performances.flatMap(
      ({ id, control: of, at, recordedAt, for: key, outcome, evidence: n, withdrawnAt }) => [
        {
          recordedAt,
          write: () =>
            act({
              does: 'create',
              kind: 'performance',
              id,
              body: {
                control: of,
                performedAt: new Date(at).toISOString(),
                outcome,
                evidence: n === 1 ? ['e-1'] : [],
                ...(key === undefined ? {} : { for: key }),
              },
            }),
        },
        ...(withdrawnAt === undefined
          ? []
          : [
              {
                recordedAt: withdrawnAt,
                write: () =>
                  act({ does: 'correct', kind: 'performance', id, body: { withdrawn: { reason: 'mistaken' } } }),
              },
            ]),
      ],
    ),
    ...world.exceptions.flatMap(
      ({ id, control: of, item, from, to, requestedBy, requestedAt, approvedBy, approvedAt }) => [
        {
          recordedAt: requestedAt,
          write: () =>
            act({
              does: 'create',
              kind: 'exception',
              id,
              body: { control: of, from, to, reason: 'as asked', requestedBy, ...(item === undefined ? {} : { item }) },
            }),
        },
        ...(approvedBy === undefined || approvedAt === undefined
          ? []
          : [
              {
                recordedAt: approvedAt,
                write: () => act({ does: 'approve', kind: 'exception', id, body: { decidedBy: approvedBy } }),
              },
            ]),
      ],
    ),
  ];
}

const controlBody = ({ answers, ...rest }: ControlBody): object => ({
  title: 'A control',
  ...rest,
  answers: { soc2: answers['soc2'] ?? [], iso27001: answers['iso27001'] ?? [] },
});

const checkBody = ({ supports, ...rest }: CheckBody): object => ({
  title: 'A check',
  ...rest,
  supports: supports.length === 0 ? [NOBODY] : supports,
  scope: '!has(it.inScope) || it.inScope',
  applies: '!has(it.applies) || it.applies',
  passes: 'it.ok',
  message: '{id} is not as it should be',
});

const ms = (printed: string): Instant => parseInstant(printed) ?? Number.NaN;
const CONTROL_STATES = ['operating', 'failing', 'not-observed', 'planned', 'no-occasion'] as const;

/** The engine's answers about a world that was replayed into an organisation, in the oracle's words. */
export function engineRules(bench: Bench, org: Organisation): Rules {
  const view = async (name: string, input: object, at?: Instant, knownAt?: Instant): Promise<unknown> =>
    (
      await bench.engine.runtime.view(org, MASTER, name, input, {
        ...(at === undefined ? {} : { asOf: new Date(at).toISOString() }),
        ...(knownAt === undefined ? {} : { knownAt: new Date(knownAt).toISOString() }),
      })
    ).answer;
  const statusAt = async (name: string, at: Instant, knownAt: Instant): Promise<z.infer<typeof Status>> =>
    Status.parse(await view('status', { framework: name }, at, knownAt));

  return {
    async controlAt(_world, id, at, knownAt) {
      const { requirements } = await statusAt('soc2', at, knownAt);
      const found = requirements.flatMap(({ controls }) => controls).find((one) => one.id === id);
      const state = CONTROL_STATES.find((one) => one === found?.state);
      return state === undefined ? undefined : { state };
    },
    async checkAt(_world, id, at, knownAt) {
      return Says.parse(await view('world.check', { check: id }, at, knownAt)).says ?? undefined;
    },
    async requirementAt(_world, ref, name, at, knownAt) {
      const { requirements } = await statusAt(name, at, knownAt);
      const found = requirements.find((one) => one.ref === ref);
      if (found === undefined || found.state === 'out-of-scope') throw new Error(`${ref} is not in scope`);
      return { state: found.state, counts: found.counts };
    },
    async effectiveness(_world, from, to, knownAt) {
      const { controls } = Effectiveness.parse(await view('effectiveness', { from, to }, undefined, knownAt));
      return {
        controls: controls
          .filter(({ control: id }) => id !== NOBODY)
          .map(({ unmatched, occurrences, ...figures }) => ({
            ...figures,
            occurrences: occurrences.map(({ key, due, state, performedAt, recordedAt, outside }) => ({
              key,
              due: ms(due),
              state,
              ...(performedAt === undefined ? {} : { performedAt: ms(performedAt) }),
              ...(recordedAt === undefined ? {} : { recordedAt: ms(recordedAt) }),
              ...(outside === undefined ? {} : { outside }),
            })),
            unmatched: unmatched.map(({ performance: id }) => id).sort(),
          })),
      };
    },
  };
}
