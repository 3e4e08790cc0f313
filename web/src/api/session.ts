import { Fault, thrownFor } from '@countersign/api/problem.ts';
import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { NO_ORGANISATION, ORGANISATION_HEADER } from './client.ts';
import { useOrganisation } from './hooks.ts';

const Membership = z.object({ slug: z.string(), name: z.string().optional(), sample: z.boolean().optional() });

/** Who is signed in, for the organisation asked about. Fields that older servers lack are optional. */
const Me = z.object({
  actor: z.object({ id: z.string(), roles: z.array(z.string()) }),
  organisation: z.string().nullable(),
  scope: z.string(),
  person: z.object({ id: z.string(), name: z.string() }).nullish(),
  name: z.string().nullish(),
  sample: z.boolean().nullish(),
  organisations: z.array(Membership).nullish(),
  /** What is still asked of this person before all doors open, as `second-factor`. */
  required: z.array(z.string()).nullish(),
});
export type Me = z.infer<typeof Me>;

/** JSON of an operation that the typed client does not know, as the person signed in. Throws what the client throws. */
export async function askJson<T extends z.ZodType>(
  org: string | undefined,
  path: string,
  schema: T,
): Promise<z.output<T>> {
  return schema.parse(await sendJson(org, 'GET', path));
}

/** The same for a change; `body` goes as JSON. */
export async function sendJson(
  org: string | undefined,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: {
        [ORGANISATION_HEADER]: org ?? NO_ORGANISATION,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    throw new Fault('The server was not reached.', { cause });
  }
  const text = await response.text();
  const read: unknown = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw thrownFor(response.status, read);
  return read;
}

/** Who asks. Refused (`identity.missing`) where nobody is signed in: the shell then leads to sign-in. */
export function useMe() {
  const org = useOrganisation();
  return useQuery({
    queryKey: [org, 'me'],
    queryFn: () => askJson(org, '/api/me', Me),
    staleTime: 60_000,
    retry: false,
  });
}

const Signed = z.object({ checkpoint: z.string(), key: z.string() });

export interface LogHead {
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** The verifier key: name+hash+key. */
  readonly key: string;
}

/** The log by its signed checkpoint; undefined until it is known, or where it is not shown. */
export function useLogHead(): LogHead | undefined {
  const org = useOrganisation();
  const { data } = useQuery({
    queryKey: [org, 'checkpoint'],
    queryFn: () => askJson(org, '/api/log/checkpoint', Signed),
    staleTime: 30_000,
    enabled: org !== undefined,
  });
  // A checkpoint is three lines: origin, size, root.
  const [origin = '', size, root] = data?.checkpoint.split('\n') ?? [];
  return data === undefined || size === undefined || root === undefined
    ? undefined
    : { origin, size: Number(size), root, key: data.key };
}

export interface OrganisationFacts {
  readonly name: string;
  readonly zone: string;
  readonly sample: boolean;
}

const Organisation = z.looseObject({ id: z.string() });

/** The organisation’s name and the zone its days are counted in, as they are now, whatever time is looked at. */
export function useOrganisationFacts(): OrganisationFacts {
  const org = useOrganisation();
  const { data } = useQuery({
    queryKey: [org, 'organisation'],
    queryFn: () => askJson(org, '/api/records/organisation/organisation', Organisation),
    staleTime: 60_000,
    enabled: org !== undefined,
  });
  const read = z
    .object({ name: z.string(), timeZone: z.string().default('UTC'), sample: z.boolean().default(false) })
    .safeParse(data);
  return read.success
    ? { name: read.data.name, zone: read.data.timeZone, sample: read.data.sample }
    : { name: org ?? '', zone: 'UTC', sample: false };
}

export const useZone = (): string => useOrganisationFacts().zone;

export const isSignedOut = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'identity.missing';
