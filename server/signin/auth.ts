import type { SSOOptions } from '@better-auth/sso';
import type { Place } from './place.ts';
import type { BuilderPool } from './pool.ts';

export const AUTH_PATH = '/api/auth';
/** Where the door writes the address of who asks. */
export const ADDRESS_HEADER = 'x-countersign-address';

/** An identity provider as one sign-in needs it. */
export interface ProviderSettings {
  readonly id: string;
  readonly domain: string;
  readonly oidc: NonNullable<NonNullable<SSOOptions['defaultSSO']>[number]['oidcConfig']>;
  /** Origins inside the network that may be asked; others must resolve to public addresses. */
  readonly inside: readonly string[];
  /** Why this identity is not let in, or undefined. */
  refuse(
    claims: Readonly<Record<string, unknown>>,
    email: string,
    user: string | undefined,
  ): Promise<string | undefined>;
  /** After an identity was let in. */
  admit(user: string, email: string): Promise<void>;
}

export interface AuthParts {
  readonly pool: BuilderPool;
  readonly secret: string;
  readonly place: Place;
  readonly provider?: ProviderSettings;
  error(message: string): void;
}

/** All that is asked of better-auth: its endpoints below {@link AUTH_PATH}. */
export interface Auth {
  handler(request: Request): Promise<Response>;
}

/** Passwords as better-auth keeps them: scrypt, with a salt each. */
export const passwords = {
  hash: async (password: string): Promise<string> => (await import('better-auth/crypto')).hashPassword(password),
  verify: async (given: { readonly hash: string; readonly password: string }): Promise<boolean> =>
    (await import('better-auth/crypto')).verifyPassword(given),
};

/** better-auth, loaded when it is first asked: it takes longer to load than a command of the terminal takes to run. */
export function lazyAuth(parts: AuthParts): Auth & { load(): Promise<void> } {
  let made: Promise<Auth> | undefined;
  const make = (): Promise<Auth> => (made ??= import('./better-auth.ts').then(({ createAuth }) => createAuth(parts)));
  return {
    handler: async (request) => (await make()).handler(request),
    load: async () => void (await make()),
  };
}
