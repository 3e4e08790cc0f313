import { passkey } from '@better-auth/passkey';
import { sso } from '@better-auth/sso';
import type { BetterAuthOptions } from 'better-auth';
import { betterAuth } from 'better-auth';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { Auth, AuthParts } from './auth.ts';
import { ADDRESS_HEADER, AUTH_PATH } from './auth.ts';
import { COOKIE_PREFIX } from './cookie.ts';
import { LONGEST, SHORTEST } from './password.ts';
import type { Via } from './sessions.ts';
import { SESSION_S } from './sessions.ts';

const VIA: Readonly<Record<string, Via>> = {
  '/sign-in/email': 'password',
  '/two-factor/verify-totp': 'totp',
  '/two-factor/verify-backup-code': 'backup-code',
  '/passkey/verify-authentication': 'passkey',
  '/passkey/verify-registration': 'passkey',
};

const times = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

/**
 * better-auth on our pool and in our tables: it checks passwords, codes, passkeys and what an identity provider says. Who may come in
 * at all, for which organisation, and what a browser may ask is decided around it.
 */
export function createAuth({ pool, secret, place, provider, error }: AuthParts): Auth {
  const options: BetterAuthOptions = {
    appName: 'Countersign',
    basePath: AUTH_PATH,
    // Ours, derived from the key file: nothing of the environment takes its place.
    secret,
    secrets: [{ version: 1, value: secret }],
    database: pool,
    telemetry: { enabled: false },
    // Counted by us, across servers and by account: attempts.ts.
    rateLimit: { enabled: false },
    logger: { level: 'error', disableColors: true, log: (_level, message) => error(message) },
    trustedOrigins: [place.base, ...(provider?.inside ?? [])],
    onAPIError: { errorURL: '/sign-in' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: SHORTEST,
      maxPasswordLength: LONGEST,
    },
    user: {
      modelName: 'signin_user',
      fields: { ...times, emailVerified: 'email_verified' },
      async validateUserInfo({ user, source }) {
        const { email } = user;
        if (provider === undefined || source.sso?.providerId !== provider.id || typeof email !== 'string')
          return { error: 'not_invited' };
        const why = await provider.refuse(source.sso.profile ?? {}, email, user.id);
        return why === undefined ? undefined : { error: why };
      },
    },
    session: {
      modelName: 'signin_session',
      fields: {
        ...times,
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        userId: 'user_id',
      },
      additionalFields: { via: { type: 'string', required: true, input: false } },
      expiresIn: SESSION_S,
      // `updated_at` is ours: when it was last used.
      disableSessionRefresh: true,
      freshAge: 12 * 3600,
      cookieCache: { enabled: false },
    },
    account: {
      modelName: 'signin_account',
      fields: {
        ...times,
        accountId: 'account_id',
        providerId: 'provider_id',
        userId: 'user_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
      },
      updateAccountOnSignIn: false,
      // `refuse` above decides: by membership or invitation, never by an address alone.
      accountLinking: { enabled: true, requireLocalEmailVerified: false },
    },
    verification: {
      modelName: 'signin_verification',
      fields: { ...times, expiresAt: 'expires_at' },
    },
    databaseHooks: {
      session: {
        create: {
          before: (session, context) => {
            const via = provider === undefined ? VIA[context?.path ?? ''] : (`sso:${provider.id}` as const);
            const kept = 'via' in session && typeof session['via'] === 'string' ? session['via'] : 'password';
            return Promise.resolve({ data: { ...session, via: via ?? kept } });
          },
        },
      },
      account: {
        create: {
          // We act in nobody’s name at an identity provider: its tokens are not kept.
          before: (account) =>
            Promise.resolve({ data: { ...account, accessToken: null, refreshToken: null, idToken: null } }),
        },
      },
    },
    plugins: [
      twoFactor({
        issuer: 'Countersign',
        allowPasswordless: true,
        twoFactorCookieMaxAge: 300,
        accountLockout: { enabled: true, maxFailedAttempts: 10, durationSeconds: 900 },
        schema: {
          user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
          twoFactor: {
            modelName: 'signin_two_factor',
            fields: {
              backupCodes: 'backup_codes',
              userId: 'user_id',
              failedVerificationCount: 'failed_verification_count',
              lockedUntil: 'locked_until',
            },
          },
        },
      }),
      passkey({
        rpID: place.relyingParty,
        rpName: 'Countersign',
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        authentication: { afterVerification: ({ verification }) => refuseUnverified(verification.authenticationInfo) },
        registration: { afterVerification: ({ verification }) => refuseUnverified(verification.registrationInfo) },
        schema: {
          passkey: {
            modelName: 'signin_passkey',
            fields: {
              publicKey: 'public_key',
              userId: 'user_id',
              credentialID: 'credential_id',
              deviceType: 'device_type',
              backedUp: 'backed_up',
              createdAt: 'created_at',
            },
          },
        },
      }),
      sso({
        disableImplicitSignUp: false,
        defaultSSO:
          provider === undefined
            ? []
            : [{ providerId: provider.id, domain: provider.domain, oidcConfig: provider.oidc }],
        domainVerification: { enabled: true },
        provisionUserOnEveryLogin: true,
        provisionUser: async ({ user }) => provider?.admit(user.id, user.email),
      }),
    ],
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: place.secure,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      database: { validateSchema: false },
      // The door hands the address over itself: none that a client writes is believed.
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
  };
  return betterAuth(options);
}

/** A passkey is two factors only where its device asked for a finger, a face or a PIN. */
function refuseUnverified(info: { readonly userVerified: boolean } | undefined): void {
  if (info?.userVerified !== true) throw new Error('The authenticator did not verify its user');
}
