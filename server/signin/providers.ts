import { randomBytes } from 'node:crypto';
import { lookup, resolveTxt } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { Actor, Stored } from '@countersign/core/kernel/index.ts';
import { IdentityProvider, refuseIdentityProvider } from '@countersign/core/people/index.ts';
import type pg from 'pg';
import type { Clock } from '../clock.ts';
import type { Tenants } from '../kernel/organisation.ts';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Organisation } from '../runtime.ts';
import type { Vault } from '../secrets.ts';
import { forgetRemoved } from '../secrets.ts';
import type { Admissions } from './admissions.ts';
import type { Auth, AuthParts, ProviderSettings } from './auth.ts';
import { lazyAuth } from './auth.ts';
import type { Members } from './members.ts';
import { refuseSignIn } from './refusals.ts';

type Provider = Stored<typeof IdentityProvider>;

export interface AddInput {
  readonly title: string;
  readonly preset: Provider['preset'];
  readonly issuer?: string | undefined;
  readonly client: string;
  readonly secret: string;
  readonly domains: readonly string[];
}

/** Where an identity provider of a vendor is, and whether it says that it has proven an address. */
const PRESET: Readonly<Record<Provider['preset'], { readonly issuer?: string; readonly saysVerified: boolean }>> = {
  google: { issuer: 'https://accounts.google.com', saysVerified: true },
  okta: { saysVerified: true },
  // Entra sends no email_verified; its tenant’s own domains are proven to it, and the domain was proven to us.
  entra: { saysVerified: false },
  oidc: { saysVerified: true },
};

export interface ProvidersParts extends Pick<AuthParts, 'pool' | 'secret' | 'place' | 'error'> {
  readonly database: pg.Pool;
  readonly tenants: Tenants;
  readonly vault: Vault;
  readonly runner: Runner;
  readonly clock: Clock;
  readonly members: Members;
  readonly admissions: Admissions;
  /** Whether identity providers inside the network may be asked. */
  readonly inside: boolean;
  /** The DNS, which a test answers itself. */
  readonly txt?: (name: string) => Promise<readonly (readonly string[])[]>;
  organisation(id: number): Promise<Organisation | undefined>;
}

const secretName = (id: string): string => `identity-provider/${id}`;
/** How long what an identity provider says of itself is believed. */
const BELIEVED_MS = 3600_000;
const TXT_LABEL = '_countersign';

export function providers(parts: ProvidersParts) {
  const { database, tenants, vault, runner, clock, members, admissions, inside, organisation } = parts;
  const txt = parts.txt ?? resolveTxt;
  const ready = new Map<string, { readonly auth: Auth; readonly version: number; readonly until: number }>();

  const read = (org: Organisation, id: string): Promise<Provider | undefined> =>
    runner.reading(org, {}, [IdentityProvider], async (at) => shelfOf(at.snapshot, IdentityProvider, at).find(id));

  async function discover(issuer: string) {
    const { DiscoveryError, discoverOIDCConfig } = await import('@better-auth/sso');
    try {
      await refuseInside(issuer, inside);
      return await discoverOIDCConfig({ issuer, isTrustedOrigin: (url) => isAllowed(url, inside) });
    } catch (error) {
      if (!(error instanceof DiscoveryError)) throw error;
      throw refuseSignIn(
        'provider-issuer',
        { why: SAYS[error.code] ?? 'its answer is not what OpenID Connect asks for' },
        ['issuer'],
      );
    }
  }

  /** The provider’s own better-auth, made anew when its record or what it says of itself has changed. */
  async function authOf(org: Organisation, provider: Provider): Promise<Auth> {
    const id = `${org.id}.${provider.id}`;
    const held = ready.get(id);
    if (held !== undefined && held.version === provider.version && held.until > clock.now()) return held.auth;
    const found = await discover(provider.issuer);
    const secret = await tenants.tenant(org.id, 'read', (client) => vault.get(client, org.id, secretName(provider.id)));
    const endpoints = [found.authorizationEndpoint, found.tokenEndpoint, found.jwksEndpoint, found.userInfoEndpoint];
    const verified = provider.domains.filter(({ verifiedOn }) => verifiedOn !== undefined).map(({ domain }) => domain);
    const settings: ProviderSettings = {
      id,
      domain: verified.join(','),
      oidc: {
        issuer: found.issuer,
        discoveryEndpoint: found.discoveryEndpoint,
        authorizationEndpoint: found.authorizationEndpoint,
        tokenEndpoint: found.tokenEndpoint,
        jwksEndpoint: found.jwksEndpoint,
        userInfoEndpoint: found.userInfoEndpoint,
        tokenEndpointAuthentication: found.tokenEndpointAuthentication ?? 'client_secret_basic',
        clientId: provider.client,
        ...(secret === undefined ? {} : { clientSecret: secret }),
        pkce: true,
        scopes: ['openid', 'email', 'profile'],
      },
      inside: inside ? endpoints.flatMap((url) => (url === undefined ? [] : [new URL(url).origin])) : [],
      refuse: (claims, email, user) => whyNot(org, provider, verified, claims, email.toLowerCase(), user),
      admit: (user, email) => admit(org, user, email.toLowerCase()),
    };
    const auth = lazyAuth({ ...parts, provider: settings });
    ready.set(id, { auth, version: provider.version, until: clock.now() + BELIEVED_MS });
    return auth;
  }

  /** Only an address of a verified domain, proven by the provider, of a person here or with an open invitation. */
  async function whyNot(
    org: Organisation,
    { preset }: Provider,
    verified: readonly string[],
    claims: Readonly<Record<string, unknown>>,
    email: string,
    user: string | undefined,
  ): Promise<string | undefined> {
    if (!verified.includes(email.split('@')[1] ?? '')) return 'domain';
    const says = claims['email_verified'];
    if (says === false || says === 'false' || (PRESET[preset].saysVerified && says !== true && says !== 'true'))
      return 'unverified';
    const isMember = user !== undefined && (await isMemberOf(org, user));
    return isMember || (await admissions.byEmail(org, email)) !== undefined ? undefined : 'not_invited';
  }

  const isMemberOf = (org: Organisation, user: string): Promise<boolean> =>
    tenants.tenant(org.id, 'read', async (client) => {
      const { rowCount } = await client.query('select from membership where org = $1 and user_id = $2', [org.id, user]);
      return rowCount === 1;
    });

  /** The address is proven now. What else led to this user before it was is forgotten: it may be another’s who came first. */
  async function admit(org: Organisation, user: string, email: string): Promise<void> {
    const { rowCount } = await database.query(
      'update signin_user set email_verified = true, two_factor_enabled = false where id = $1 and email = $2 and not email_verified',
      [user, email],
    );
    if (rowCount === 1) {
      await database.query(`delete from signin_account where user_id = $1 and provider_id = 'credential'`, [user]);
      await database.query('delete from signin_passkey where user_id = $1', [user]);
      await database.query('delete from signin_two_factor where user_id = $1', [user]);
      await database.query(`delete from signin_session where user_id = $1 and via not like 'sso:%'`, [user]);
    }
    const open = await admissions.byEmail(org, email);
    if (open === undefined) return;
    await admissions.use(open);
    await members.join(org.id, user, open.person.id);
  }

  const refuseUnlessThere = async (org: Organisation, id: string): Promise<Provider> => {
    const provider = await read(org, id);
    if (provider === undefined) throw refuseSignIn('provider', {});
    return provider;
  };

  return {
    authOf,
    read,
    list: (org: Organisation): Promise<readonly Provider[]> =>
      runner.reading(org, {}, [IdentityProvider], async (at) => shelfOf(at.snapshot, IdentityProvider, at).all()),
    /** Whose people of this domain are, if it was verified. */
    async forDomain(domain: string): Promise<{ readonly org: Organisation; readonly provider: Provider } | undefined> {
      const { rows } = await database.query<{ org: number; provider: string }>(
        'select org, provider from signin_domain where domain = $1',
        [domain.toLowerCase()],
      );
      const row = rows[0];
      const org = row === undefined ? undefined : await organisation(row.org);
      const provider = org === undefined || row === undefined ? undefined : await read(org, row.provider);
      return org === undefined || provider === undefined ? undefined : { org, provider };
    },
    /** The provider that a callback’s address names. */
    async named(id: string): Promise<{ readonly org: Organisation; readonly provider: Provider } | undefined> {
      const [, number, name] = /^([1-9][0-9]{0,8})\.([A-Za-z0-9][A-Za-z0-9._-]{0,99})$/.exec(id) ?? [];
      const org = number === undefined ? undefined : await organisation(Number(number));
      const provider = org === undefined || name === undefined ? undefined : await read(org, name);
      return org === undefined || provider === undefined ? undefined : { org, provider };
    },
    async add(org: Organisation, actor: Actor, { secret, ...input }: AddInput): Promise<Provider> {
      const issuer = input.issuer ?? PRESET[input.preset].issuer;
      if (issuer === undefined) throw refuseSignIn('field', { field: 'issuer' }, ['issuer']);
      await discover(issuer);
      const id = `sso-${randomBytes(6).toString('hex')}`;
      const challenge = `countersign=${randomBytes(16).toString('hex')}`;
      await tenants.tenant(org.id, 'write', (client) => vault.put(client, org.id, secretName(id), secret));
      await runner.act(org, actor, 'identity-provider.add', { ...input, id, issuer, challenge });
      return refuseUnlessThere(org, id);
    },
    /** Finds a domain to be theirs by what its DNS says, or takes the word of the operator of the machine, who could say so anyway. */
    async verify(org: Organisation, actor: Actor, id: string, domain: string, isOperators: boolean): Promise<Provider> {
      const provider = await refuseUnlessThere(org, id);
      if (!provider.domains.some((one) => one.domain === domain))
        throw refuseIdentityProvider('domain', { domain }, ['domain']);
      const name = `${TXT_LABEL}.${domain}`;
      if (!isOperators) {
        const records = await txt(name).catch(() => []);
        if (!records.some((pieces) => pieces.join('') === provider.challenge))
          throw refuseSignIn('domain-unproven', { domain, name, value: provider.challenge }, ['domain']);
      }
      const { rows } = await database.query<{ org: number; provider: string }>(
        `insert into signin_domain (domain, org, provider) values ($1, $2, $3) on conflict (domain) do nothing
         returning org, provider`,
        [domain, org.id, id],
      );
      const { rows: there } =
        rows.length > 0
          ? { rows }
          : await database.query<{ org: number; provider: string }>(
              'select org, provider from signin_domain where domain = $1',
              [domain],
            );
      if (there[0]?.org !== org.id || there[0].provider !== id)
        throw refuseSignIn('domain-taken', { domain }, ['domain']);
      await runner.act(org, actor, 'identity-provider.verify', { provider: id, domain });
      return refuseUnlessThere(org, id);
    },
    async remove(org: Organisation, actor: Actor, id: string): Promise<void> {
      await runner.act(org, actor, 'identity-provider.remove', { provider: id });
      await database.query('delete from signin_domain where org = $1 and provider = $2', [org.id, id]);
      await database.query('delete from signin_session where via = $1', [`sso:${org.id}.${id}`]);
      await database.query('delete from signin_account where provider_id = $1', [`${org.id}.${id}`]);
      await tenants.tenant(org.id, 'write', (client) => forgetRemoved(client, org.id));
      ready.delete(`${org.id}.${id}`);
    },
  };
}

export type Providers = ReturnType<typeof providers>;

const SAYS: Readonly<Record<string, string>> = {
  discovery_timeout: 'it did not answer in time',
  discovery_not_found: 'there is no OpenID Connect description at its address',
  discovery_invalid_url: 'its address is no https address',
  discovery_untrusted_origin: 'it names an address that is not https, or is inside the network',
  discovery_private_host: 'it names an address inside the network',
  issuer_mismatch: 'it calls itself by another address',
  discovery_incomplete: 'its description lacks an address that is needed',
};

const isAllowed = (url: string, inside: boolean): boolean => {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.username !== '' || parsed.password !== '') return false;
  if (inside) return ['http:', 'https:'].includes(parsed.protocol);
  return parsed.protocol === 'https:' && !isInside(parsed.hostname);
};

const INSIDE = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  INSIDE.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  INSIDE.addSubnet(net, prefix, 'ipv6');

function isInside(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  const family = isIP(bare);
  return family !== 0 && INSIDE.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}

/** An owner names the address, and the server asks it: nobody is to see by it what lies inside the network. */
async function refuseInside(issuer: string, inside: boolean): Promise<void> {
  if (!isAllowed(issuer, inside))
    throw refuseSignIn('provider-issuer', { why: 'its address is no https address outside' }, ['issuer']);
  if (inside) return;
  const addresses = await lookup(new URL(issuer).hostname, { all: true }).catch(() => []);
  if (addresses.length === 0) throw refuseSignIn('provider-issuer', { why: 'its name is not known' }, ['issuer']);
  if (addresses.some(({ address }) => isInside(address)))
    throw refuseSignIn('provider-issuer', { why: 'its address is inside the network' }, ['issuer']);
}
