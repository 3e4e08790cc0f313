import { createHash } from 'node:crypto';
import { refuseRequest } from '../http/request.ts';
import type { Caller } from '../http/identity.ts';
import type { Progress, SampleInput, Services } from '../runtime.ts';
import type { SignIn } from '../signin/index.ts';
import type { Session } from '../signin/sessions.ts';
import { refuseSample } from './sample.ts';

type Asked = { readonly [K in keyof SampleInput]?: string | undefined };
type Filled = Awaited<ReturnType<Services['init']>>;

const NAME = 'Tidewell';
/** A sample's recorded acts are the operator's, whoever asked for it: in it they are a person only once it is there. */
const FOR_SOMEBODY = { id: 'operator:sample', roles: ['operator'] } as const;
const never = new AbortController().signal;

/** One sample a user: asked for again, it is gone on with or found. */
const slugOf = (session: Session): string =>
  `sample-${createHash('sha256').update(session.user.id).digest('hex').slice(0, 8)}`;

/** Fills a sample for the operator, or for somebody who is signed in and owns an organisation or may begin one. */
export async function fillSample(
  caller: Caller,
  signIn: SignIn | undefined,
  services: Pick<Services, 'sample' | 'organisations'>,
  { name = NAME, slug, timeZone }: Asked,
  signal: AbortSignal,
): Promise<(progress: (p: Progress) => void) => Promise<Filled>> {
  const zone = timeZone === undefined ? {} : { timeZone };
  const { operator, session } = caller;
  if (operator !== undefined) {
    const input = { name, slug: slug ?? 'sample', ...zone };
    return (progress) => services.sample(operator, input, progress, signal);
  }
  if (session === undefined || signIn === undefined) throw refuseRequest('operator', {});
  const mine = await signIn.members.all(session);
  const has = mine.find(({ sample }) => sample);
  if (has !== undefined) throw refuseSample('one', { slug: has.organisation.slug });
  if (!session.user.begins && !mine.some(({ actor }) => actor.roles.includes('owner'))) throw refuseSample('who', {});
  const input = { name, slug: slugOf(session), ...zone };
  return async (progress) => {
    // It goes on when the page is closed: nobody has half of a sample, and the next look finds it.
    const isThere = (await services.organisations()).some((org) => org.slug === input.slug);
    const filled = isThere
      ? { organisation: input.slug, controls: 0, requirements: {} }
      : await services.sample(FOR_SOMEBODY, input, progress, never);
    const org = (await services.organisations()).find((one) => one.slug === input.slug);
    if (org === undefined) throw new Error('The sample was filled and is not there');
    await signIn.own(session, org);
    return filled;
  };
}
