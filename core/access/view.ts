import { z } from 'zod';
import { Programme } from '../framework/record.ts';
import { AREAS, dayOf, defineView, printInstant } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { Grant } from './grant.ts';

export const GRANT_STATES = ['in-force', 'begins', 'over', 'ended'] as const;

export const GrantsList = z.object({
  grants: z.array(
    z.object({
      id: z.string(),
      person: z.object({ id: z.string(), name: z.string() }),
      roles: z.array(z.string()),
      programme: z.object({ id: z.string(), title: z.string() }),
      engagement: z.string().optional(),
      from: z.string(),
      to: z.string(),
      visible: z.array(z.enum(AREAS)),
      state: z.enum(GRANT_STATES),
      givenBy: z.object({ id: z.string(), name: z.string() }),
      givenAt: z.string(),
      ended: z
        .object({ by: z.object({ id: z.string(), name: z.string() }), at: z.string(), for: z.string() })
        .optional(),
    }),
  ),
  /** Auditors and advisers who are here, with or without a grant: to whom one may be given. */
  guests: z.array(z.object({ id: z.string(), name: z.string(), roles: z.array(z.string()), sees: z.boolean() })),
  programmes: z.array(z.object({ id: z.string(), title: z.string() })),
});

/** Grants for those who give them, the ones in force first. */
export const grantsList = defineView('grants.list', {
  says: 'Grants of auditors and advisers: to whom, for which programme, what they open, until when.',
  input: z.strictObject({}),
  reads: [Grant, Person, Programme],
  readableBy: ['owner', 'lead', 'operator'],
  output: GrantsList,
  compute(book, _input, at) {
    const day = dayOf(at.zone, at.asOf);
    const who = (id: string) => ({ id, name: (book.person.find(id) ?? book.person.history(id).at(-1))?.name ?? id });
    const grants = book.grant.all().map((row) => {
      const first = book.grant.history(row.id)[0] ?? row;
      return {
        id: row.id,
        person: who(row.person),
        roles: [...(book.person.find(row.person)?.roles ?? [])],
        programme: { id: row.programme, title: book.programme.find(row.programme)?.title ?? row.programme },
        ...(row.engagement === undefined ? {} : { engagement: row.engagement }),
        from: row.from,
        to: row.to,
        visible: [...row.visible],
        state: stateOf(row, day),
        givenBy: who(row.givenBy),
        givenAt: printInstant(first.recordedAt),
        ...(row.state === 'ended'
          ? { ended: { by: who(row.endedBy ?? row.actor), at: printInstant(row.recordedAt), for: row.endedFor ?? '' } }
          : {}),
      };
    });
    const seeing = new Set(grants.filter(({ state }) => state === 'in-force').map(({ person }) => person.id));
    return {
      grants: grants.sort(
        (a, b) => GRANT_STATES.indexOf(a.state) - GRANT_STATES.indexOf(b.state) || (a.to < b.to ? 1 : -1),
      ),
      guests: book.person
        .all()
        .filter(
          ({ roles, leavesOn }) =>
            roles.some((role) => role === 'auditor' || role === 'adviser') &&
            (leavesOn === undefined || day <= leavesOn),
        )
        .map(({ id, name, roles }) => ({ id, name, roles: [...roles], sees: seeing.has(id) })),
      programmes: book.programme.all().map(({ id, title }) => ({ id, title })),
    };
  },
});

function stateOf(
  { state, from, to }: { readonly state: string; readonly from: string; readonly to: string },
  day: string,
): (typeof GRANT_STATES)[number] {
  if (state === 'ended') return 'ended';
  if (day < from) return 'begins';
  return day <= to ? 'in-force' : 'over';
}
