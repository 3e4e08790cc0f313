import { hash, randomBytes } from 'node:crypto';
import type { Actor, Role } from '@countersign/core/kernel/index.ts';
import { dayOf, parseInstant, printInstant, Refusal } from '@countersign/core/kernel/index.ts';
import { Invitation, Person, SignInLink } from '@countersign/core/people/index.ts';
import type { Clock } from '../clock.ts';
import type { Tenants } from '../kernel/organisation.ts';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Organisation } from '../runtime.ts';
import { forgetRemoved } from '../secrets.ts';
import { personActor } from '../services/tokens.ts';
import { refuseSignIn } from './refusals.ts';

/**
 * Sends an invitation by mail. An implementation must resolve to false where no mail is set up, must not throw where a mail cannot be sent now, and
 * must not write the link to a log.
 */
export type SendInvitation = (invitation: {
  readonly organisation: Organisation;
  readonly organisationName: string;
  readonly email: string;
  readonly name: string;
  readonly invitedBy: string;
  readonly link: string;
  /** RFC 3339. */
  readonly expires: string;
}) => Promise<boolean>;

const WEEK_MS = 7 * 24 * 3600_000;
const LINK_MS = 15 * 60_000;

/** The text names its tenant, as a token’s does, so that none is looked up outside one. */
const TEXT = /^ca_([1-9][0-9]{0,8})_([A-Za-z0-9_-]{43})$/;

const digestOf = (text: string): Buffer => hash('sha256', text, 'buffer');

/** What a link of an invitation, or of the operator’s, is found to be. */
export interface Admission {
  readonly is: 'invitation' | 'link';
  readonly id: string;
  readonly organisation: Organisation;
  readonly organisationName: string;
  readonly email: string;
  readonly person: { readonly id: string; readonly name: string };
  readonly actor: Actor;
}

export interface InviteInput {
  readonly email: string;
  readonly person?: string;
  readonly name?: string;
  readonly roles?: readonly Role[];
}

export interface AdmissionsParts {
  readonly tenants: Tenants;
  readonly runner: Runner;
  readonly clock: Clock;
  readonly base: string;
  organisation(id: number): Promise<Organisation | undefined>;
  send(): SendInvitation | undefined;
}

export function admissions({ tenants, runner, clock, base, organisation, send }: AdmissionsParts) {
  /** Were we to stop after the act, its record would name a link that nobody holds. */
  const issue = async (org: Organisation, id: string): Promise<string> => {
    const text = `ca_${org.id}_${randomBytes(32).toString('base64url')}`;
    await tenants.tenant(org.id, 'write', async (client) => {
      await client.query('insert into admission (org, id, digest) values ($1, $2, $3)', [org.id, id, digestOf(text)]);
      await forgetRemoved(client, org.id);
    });
    return text;
  };
  const newId = (kind: 'i' | 'l' | 'p'): string => `${kind}-${randomBytes(8).toString('hex')}`;

  const find = async (text: string): Promise<Admission | undefined> => {
    const [, number] = TEXT.exec(text) ?? [];
    const org = number === undefined ? undefined : await organisation(Number(number));
    if (org === undefined) return undefined;
    return runner.reading(org, {}, [Invitation, SignInLink, Person], async (at) => {
      const { rows } = await at.client.query<{ id: string }>(
        'select id from admission where org = $1 and digest = $2',
        [org.id, digestOf(text)],
      );
      const id = rows[0]?.id;
      if (id === undefined) return undefined;
      const is = id.startsWith('i-') ? ('invitation' as const) : ('link' as const);
      const open =
        is === 'invitation'
          ? shelfOf(at.snapshot, Invitation, at).find(id)
          : shelfOf(at.snapshot, SignInLink, at).find(id);
      if (open === undefined || (parseInstant(open.expires) ?? -Infinity) <= clock.now()) return undefined;
      const person = shelfOf(at.snapshot, Person, at).find(open.person);
      const actor = personActor(person, open.person, dayOf(at.zone, clock.now()));
      if (person === undefined || actor === undefined) return undefined;
      return {
        is,
        id,
        organisation: org,
        organisationName: nameOf(at.snapshot, org),
        email: open.email.toLowerCase(),
        person: { id: person.id, name: person.name },
        actor,
      };
    });
  };

  return {
    find,
    /** The open invitation for an address in one organisation: an identity provider has proven the address. */
    byEmail: (org: Organisation, email: string): Promise<Admission | undefined> =>
      runner.reading(org, {}, [Invitation, Person], async (at) => {
        const open = shelfOf(at.snapshot, Invitation, at)
          .all()
          .find((one) => one.email.toLowerCase() === email && (parseInstant(one.expires) ?? -Infinity) > clock.now());
        const person = open === undefined ? undefined : shelfOf(at.snapshot, Person, at).find(open.person);
        const actor = open === undefined ? undefined : personActor(person, open.person, dayOf(at.zone, clock.now()));
        if (open === undefined || person === undefined || actor === undefined) return undefined;
        const { id, name } = person;
        const organisationName = nameOf(at.snapshot, org);
        return {
          is: 'invitation',
          id: open.id,
          organisation: org,
          organisationName,
          email,
          person: { id, name },
          actor,
        };
      }),
    /** Uses it up, once: the act retires its record, and a second one finds none. */
    async use({ is, id, organisation: org, actor }: Admission): Promise<void> {
      try {
        await (is === 'invitation'
          ? runner.act(org, actor, 'invitation.accept', { invitation: id })
          : runner.act(org, actor, 'sign-in-link.use', { link: id }));
      } catch (error) {
        if (error instanceof Refusal && ['missing', 'conflict'].includes(error.family)) throw refuseSignIn('link', {});
        throw error;
      }
      await tenants.tenant(org.id, 'write', (client) => forgetRemoved(client, org.id));
    },
    async invite(org: Organisation, actor: Actor, input: InviteInput) {
      const id = newId('i');
      const person = input.person ?? newId('p');
      const expires = printInstant(clock.now() + WEEK_MS);
      await runner.act(org, actor, 'person.invite', { ...input, id, person, expires });
      const link = `${base}/invitation?token=${await issue(org, id)}`;
      const about = await runner.reading(org, {}, [Person], async (at) => ({
        organisationName: nameOf(at.snapshot, org),
        name: shelfOf(at.snapshot, Person, at).find(person)?.name ?? '',
        invitedBy: shelfOf(at.snapshot, Person, at).find(actor.id)?.name ?? 'The operator',
      }));
      const mailed = (await send()?.({ organisation: org, email: input.email, link, expires, ...about })) ?? false;
      return { invitation: id, person, link, expires, mailed };
    },
    /** For whom the operator’s word is enough: a person by address. */
    async link(org: Organisation, actor: Actor, email: string) {
      const person = await runner.reading(org, {}, [Person], async (at) =>
        shelfOf(at.snapshot, Person, at)
          .all()
          .find((one) => one.email?.toLowerCase() === email.toLowerCase()),
      );
      if (person === undefined) throw refuseSignIn('person', { email }, ['email']);
      const id = newId('l');
      const expires = printInstant(clock.now() + LINK_MS);
      await runner.act(org, actor, 'sign-in-link.make', { id, person: person.id, email: email.toLowerCase(), expires });
      return { link: `${base}/welcome?token=${await issue(org, id)}`, person: person.id, expires };
    },
    async open(org: Organisation) {
      return runner.reading(org, {}, [Invitation], async (at) =>
        shelfOf(at.snapshot, Invitation, at)
          .all()
          .filter(({ expires }) => (parseInstant(expires) ?? -Infinity) > clock.now()),
      );
    },
  };
}

export type Admissions = ReturnType<typeof admissions>;

/** What the organisation calls itself; `reading` always holds its record. */
function nameOf(
  snapshot: {
    readonly kinds: ReadonlyMap<string, { readonly byId: ReadonlyMap<string, readonly { readonly body: object }[]> }>;
  },
  org: Organisation,
): string {
  const body = snapshot.kinds.get('organisation')?.byId.get('organisation')?.at(-1)?.body;
  return body !== undefined && 'name' in body && typeof body.name === 'string' ? body.name : org.slug;
}
