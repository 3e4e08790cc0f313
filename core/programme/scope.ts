import { z } from 'zod';
import { THINGS } from '../boundary/record.ts';
import { FRAMEWORKS, isMandatory } from '../framework/catalog.ts';
import type { BoundaryMembers, ProgrammeBody } from '../framework/record.ts';
import { BOUNDARY_KINDS, INCLUSION_REASONS, Programme } from '../framework/record.ts';
import { refuseProgramme } from '../framework/refusals.ts';
import type { Book, Stored } from '../kernel/index.ts';
import { change, defineAct, idSchema, ref } from '../kernel/index.ts';
import { categoryOf } from './categories.ts';

const Justification = z.string().trim().min(3).max(2000);

const Requirements = z
  .array(
    z.strictObject({
      ref: z.string().min(1).max(100),
      in: z.boolean(),
      justification: Justification.optional(),
      reasons: z.array(z.enum(INCLUSION_REASONS)).max(INCLUSION_REASONS.length).optional(),
    }),
  )
  .max(500);
type Requirements = z.infer<typeof Requirements>;

const Things = z
  .array(
    z.strictObject({
      kind: z.enum(BOUNDARY_KINDS),
      id: idSchema,
      in: z.boolean().nullable().describe('null: nobody has decided.'),
      justification: Justification.optional(),
    }),
  )
  .max(2000);
type Things = z.infer<typeof Things>;

const reads = [Programme, ...THINGS] as const;
type Row = Stored<typeof Programme>;

export const scopeProgramme = defineAct('programme.scope', {
  says: 'Puts requirements and things of the boundary in or out, what is out with its justification. ISO clauses 4 to 10 and the Security category stay in.',
  input: z.strictObject({
    programme: ref('programme'),
    requirements: Requirements.default([]),
    things: Things.default([]),
  }),
  reads,
  on: { kind: Programme, field: 'programme' },
  allowed: ['owner', 'lead', 'operator'],
  decide(book, { programme, requirements, things }) {
    if (requirements.length === 0 && things.length === 0) throw refuseProgramme('nothing', {});
    const row = book.programme.get(programme);
    return [
      change(Programme, row, {
        ...(requirements.length === 0 ? {} : withRequirements(row, requirements)),
        ...(things.length === 0 ? {} : { boundary: withThings(book, row.boundary, things) }),
      }),
    ];
  },
});

function withRequirements(row: Row, given: Requirements): Pick<ProgrammeBody, 'outOfScope' | 'included'> {
  const known = new Map(FRAMEWORKS[row.framework].requirements.map((requirement) => [requirement.ref, requirement]));
  const named = new Set<string>();
  for (const [i, one] of given.entries()) {
    const path = ['requirements', i, 'ref'];
    const requirement = known.get(one.ref);
    if (requirement === undefined)
      throw refuseProgramme('unknownRef', { framework: row.framework, ref: one.ref }, path);
    if (named.has(one.ref)) throw refuseProgramme('twice', { ref: one.ref }, path);
    named.add(one.ref);
    if (!one.in && isMandatory(requirement)) throw refuseProgramme('mandatory', { ref: one.ref }, path);
    if (!one.in && one.justification === undefined)
      throw refuseProgramme('why', { what: one.ref }, ['requirements', i, 'justification']);
    const category = row.framework === 'soc2' ? categoryOf(one.ref) : undefined;
    if (one.in && category !== undefined && !row.categories.includes(category))
      throw refuseProgramme('category', { ref: one.ref, category }, path);
  }
  const out = given.flatMap(({ ref: requirement, in: isIn, justification }) =>
    isIn || justification === undefined ? [] : [{ ref: requirement, justification }],
  );
  const said = given.flatMap(({ ref: requirement, in: isIn, justification, reasons = [] }) =>
    !isIn || (justification === undefined && reasons.length === 0)
      ? []
      : [
          {
            ref: requirement,
            reasons: [...new Set(reasons)],
            ...(justification === undefined ? {} : { justification }),
          },
        ],
  );
  const kept = <T extends { readonly ref: string }>(all: readonly T[]): T[] => all.filter((one) => !named.has(one.ref));
  const order = [...known.keys()];
  const inOrder = <T extends { readonly ref: string }>(all: readonly T[]): T[] =>
    [...all].sort((a, b) => order.indexOf(a.ref) - order.indexOf(b.ref));
  const included = inOrder([...kept(row.included ?? []), ...said]);
  return {
    outOfScope: inOrder([...kept(row.outOfScope), ...out]),
    included: included.length === 0 ? undefined : included,
  };
}

function withThings(book: Book<typeof reads>, before: BoundaryMembers | undefined, given: Things): BoundaryMembers {
  const after: BoundaryMembers = { ...before };
  const named = new Set<string>();
  for (const [i, { kind, id, in: isIn, justification }] of given.entries()) {
    // Whether it is there at all; what has ended may still be decided on, for a period that it was part of.
    book[kind].get(id);
    if (named.has(`${kind}/${id}`)) throw refuseProgramme('boundaryTwice', { kind, id }, ['things', i, 'id']);
    named.add(`${kind}/${id}`);
    if (isIn === false && justification === undefined)
      throw refuseProgramme('why', { what: `The ${kind} “${id}”` }, ['things', i, 'justification']);
    const others = (after[kind] ?? []).filter((member) => member.id !== id);
    const member = isIn === null ? [] : [{ id, in: isIn, ...(justification === undefined ? {} : { justification }) }];
    // Ids of the kind that the shelf just answered for.
    const members = [...others, ...member].sort((a, b) => (a.id < b.id ? -1 : 1)) as never;
    Object.assign(after, { [kind]: members });
  }
  return after;
}
