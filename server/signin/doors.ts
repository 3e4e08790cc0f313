import type { FastifyReply, FastifyRequest } from 'fastify';
import { hash } from 'node:crypto';
import { z } from 'zod';
import { refuseForged } from '../http/identity.ts';
import { refuseRequest } from '../http/request.ts';
import type { Auth } from './auth.ts';
import { ADDRESS_HEADER, AUTH_PATH } from './auth.ts';
import type { SignIn } from './index.ts';
import { originFor } from './place.ts';
import { refuseSignIn } from './refusals.ts';

/** What is open of better-auth, below {@link AUTH_PATH}. It has more; nothing that is not here is answered. */
export const AUTH_DOORS = [
  { method: 'POST', path: '/sign-in/email', needs: 'nothing' },
  { method: 'POST', path: '/sign-out', needs: 'nothing' },
  { method: 'POST', path: '/two-factor/verify-totp', needs: 'nothing' },
  { method: 'POST', path: '/two-factor/verify-backup-code', needs: 'nothing' },
  { method: 'GET', path: '/passkey/generate-authenticate-options', needs: 'nothing' },
  { method: 'POST', path: '/passkey/verify-authentication', needs: 'nothing' },
  { method: 'GET', path: '/sso/callback/:provider', needs: 'nothing' },
  { method: 'POST', path: '/two-factor/enable', needs: 'session' },
  { method: 'POST', path: '/two-factor/disable', needs: 'session' },
  { method: 'POST', path: '/two-factor/generate-backup-codes', needs: 'session' },
  { method: 'GET', path: '/passkey/generate-register-options', needs: 'session' },
  { method: 'POST', path: '/passkey/verify-registration', needs: 'session' },
  { method: 'POST', path: '/passkey/update-passkey', needs: 'session' },
  { method: 'POST', path: '/passkey/delete-passkey', needs: 'session' },
] as const;

type Door = (typeof AUTH_DOORS)[number];

/** Those at which somebody guesses, with what names the account there. */
const GUESSED: readonly string[] = [
  '/sign-in/email',
  '/two-factor/verify-totp',
  '/two-factor/verify-backup-code',
  '/passkey/verify-authentication',
];

/** Fields that a body may have, each with the most it may be. What better-auth would take besides, as a device to trust, is left out. */
const BODIES: Readonly<Record<string, z.ZodObject>> = {
  '/sign-in/email': z.strictObject({ email: z.string().min(1).max(254), password: z.string().min(1).max(1000) }),
  '/sign-out': z.strictObject({}),
  '/two-factor/verify-totp': z.strictObject({ code: z.string().regex(/^[0-9]{6}$/, 'must be six digits') }),
  '/two-factor/verify-backup-code': z.strictObject({ code: z.string().min(1).max(40) }),
  '/passkey/verify-authentication': z.strictObject({ response: z.looseObject({ id: z.string().max(2000) }) }),
  '/two-factor/enable': z.strictObject({ password: z.string().min(1).max(1000).optional() }),
  '/two-factor/disable': z.strictObject({ password: z.string().min(1).max(1000).optional() }),
  '/two-factor/generate-backup-codes': z.strictObject({ password: z.string().min(1).max(1000).optional() }),
  '/passkey/verify-registration': z.strictObject({
    response: z.looseObject({ id: z.string().max(2000) }),
    name: z.string().trim().max(100).optional(),
  }),
  '/passkey/update-passkey': z.strictObject({ id: z.string().max(100), name: z.string().trim().min(1).max(100) }),
  '/passkey/delete-passkey': z.strictObject({ id: z.string().max(100) }),
};

/** Answers one of better-auth’s doors: forged and guessed requests do not reach it, and its refusals become ours. */
export async function answerDoor(
  door: Door,
  request: FastifyRequest,
  reply: FastifyReply,
  signIn: SignIn,
): Promise<FastifyReply> {
  refuseForged(request.headers, request.method, signIn);
  const session = await signIn.sessions.find(request.headers.cookie);
  if (door.needs === 'session' && session === undefined) throw refuseSignIn('challenge', {});
  const body = bodyOf(door, request.body);
  const attempt = { account: accountIn(door, body, request), address: request.ip };
  const isGuessed = GUESSED.includes(door.path) && (session === undefined || door.path === '/sign-in/email');
  const hasPassword = 'password' in body && session !== undefined;
  const counted = isGuessed ? attempt : hasPassword ? { account: session.user.email, address: request.ip } : undefined;
  if (counted !== undefined) await signIn.attempts.refuseEarly(counted);

  const isCallback = door.path === '/sso/callback/:provider';
  const auth = isCallback ? await authOfCallback(request, signIn) : signIn.auth;
  if (auth === undefined) return reply.redirect('/sign-in?error=provider');
  // An ended session is not handed on: better-auth knows its age and not that it was idle.
  const answer = await auth.handler(requestFor(door, request, body, signIn, session !== undefined));
  const text = await answer.text();

  if (answer.status >= 400) {
    if (counted !== undefined && answer.status < 500) await signIn.attempts.failed(counted);
    if (isCallback) return reply.redirect('/sign-in?error=provider');
    throw refusalFor(door, answer.status, text);
  }
  const cookies = answer.headers.getSetCookie();
  const began = cookies.some((cookie) => cookie.startsWith(`${signIn.cookie.name}=`) && !/;\s*Max-Age=0/i.test(cookie));
  const told = answer.status === 200 && text !== '' ? (JSON.parse(text) as unknown) : undefined;
  if (door.path === '/two-factor/verify-totp' && 'code' in body)
    await refuseUsedCode(signIn, told, String(body['code']), cookies);
  if (began) {
    await signIn.sessions.clear();
    if (counted !== undefined) await signIn.attempts.proved(counted);
    // Nobody goes on in a session that was there before they proved who they are.
    if (session !== undefined) await signIn.sessions.endPresented(request.headers.cookie);
  }
  if (door.path === '/passkey/verify-registration' && session !== undefined)
    await signIn.sessions.setVia(session.id, 'passkey');
  if (door.path === '/two-factor/disable' || door.path === '/passkey/delete-passkey')
    if (session !== undefined) await signIn.sessions.end(session.user.id, { but: session.id });

  if (cookies.length > 0) void reply.header('set-cookie', cookies);
  const location = answer.headers.get('location');
  if (location !== null && answer.status >= 300) return reply.redirect(ownPath(location, request, signIn));
  return reply
    .code(200)
    .type('application/json; charset=utf-8')
    .serializer(String)
    .send(JSON.stringify(shown(door, told)));
}

/** Where a callback leads: a path of ours, whatever was asked for. */
function ownPath(location: string, request: FastifyRequest, { place }: SignIn): string {
  const here = originFor(request.headers.host, place);
  const to = URL.parse(location, here);
  if (to === null || to.origin !== here || to.pathname.startsWith('//')) return '/sign-in?error=provider';
  const error = to.searchParams.get('error');
  if (error === null) return to.pathname + to.search;
  // What an identity provider writes is not repeated.
  const known = ['domain', 'unverified', 'not_invited'].includes(error) ? error : 'provider';
  return `/sign-in?error=${known}`;
}

function bodyOf({ method, path }: Door, given: unknown): Readonly<Record<string, unknown>> {
  if (method === 'GET') return {};
  const read = BODIES[path]?.safeParse(given ?? {});
  if (read?.success === true) return read.data;
  const issue = read?.error.issues[0];
  const at = issue?.path.map(String) ?? [];
  throw refuseRequest(
    'invalid',
    { why: `${at.length === 0 ? '' : `${at.join('.')}: `}${issue?.message ?? 'It is not valid'}.` },
    at,
  );
}

/** What is guessed at: an address, or the challenge that a browser holds. */
function accountIn(door: Door, body: Readonly<Record<string, unknown>>, request: FastifyRequest): string | undefined {
  if (typeof body['email'] === 'string') return body['email'];
  const challenge = /(?:^|;\s*)[^=;]*two_factor=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  return door.path.startsWith('/two-factor/') ? challenge : undefined;
}

async function authOfCallback(request: FastifyRequest, signIn: SignIn): Promise<Auth | undefined> {
  const { provider } = z.object({ provider: z.string().max(200) }).parse(request.params);
  const found = await signIn.providers.named(provider);
  return found === undefined ? undefined : signIn.providers.authOf(found.org, found.provider);
}

function requestFor(
  door: Door,
  request: FastifyRequest,
  body: Readonly<Record<string, unknown>>,
  { place, cookie }: SignIn,
  isLive: boolean,
): Request {
  const origin = originFor(request.headers.host, place);
  const headers = new Headers({ [ADDRESS_HEADER]: request.ip, origin });
  const cookies = (request.headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '' && (isLive || !part.startsWith(`${cookie.name}=`)));
  if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
  const agent = request.headers['user-agent'];
  if (agent !== undefined) headers.set('user-agent', agent.slice(0, 500));
  if (door.method === 'GET') return new Request(new URL(request.url, origin), { headers });
  headers.set('content-type', 'application/json');
  return new Request(new URL(`${AUTH_PATH}${door.path}`, origin), {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
}

/** What a browser is told: of users and sessions nothing that it does not need, and never a session’s token. */
function shown(door: Door, told: unknown): unknown {
  switch (door.path) {
    case '/sign-in/email':
      return { secondFactor: z.object({ twoFactorRedirect: z.literal(true) }).safeParse(told).success };
    case '/passkey/generate-authenticate-options':
    case '/passkey/generate-register-options':
      return told;
    case '/two-factor/enable': {
      const { totpURI, backupCodes } = z.object({ totpURI: z.string(), backupCodes: z.array(z.string()) }).parse(told);
      return { totpURI, backupCodes };
    }
    case '/two-factor/generate-backup-codes':
      return { backupCodes: z.object({ backupCodes: z.array(z.string()) }).parse(told).backupCodes };
    default:
      return { done: true };
  }
}

/** A code is good for half a minute and more: whoever saw it typed must not use it a second time. */
async function refuseUsedCode(signIn: SignIn, told: unknown, code: string, cookies: readonly string[]): Promise<void> {
  const user = z.object({ user: z.object({ id: z.string() }) }).safeParse(told).data?.user.id;
  if (user === undefined) return;
  const digest = hash('sha256', `${user}\n${code}`, 'hex');
  if (await signIn.useOnce(`totp ${digest}`)) return;
  for (const cookie of cookies) await signIn.sessions.endPresented(cookie.split(';')[0]);
  throw refuseSignIn('code', {});
}

const CODES: Readonly<Record<string, Parameters<typeof refuseSignIn>[0]>> = {
  INVALID_EMAIL_OR_PASSWORD: 'credentials',
  INVALID_EMAIL: 'credentials',
  INVALID_PASSWORD: 'credentials',
  INVALID_CODE: 'code',
  INVALID_BACKUP_CODE: 'code',
  INVALID_TWO_FACTOR_COOKIE: 'challenge',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'challenge',
  ACCOUNT_TEMPORARILY_LOCKED: 'challenge',
  SESSION_NOT_FRESH: 'stale',
  CHALLENGE_NOT_FOUND: 'challenge',
};

function refusalFor(door: Door, status: number, text: string): Error {
  const code = z.object({ code: z.string() }).safeParse(jsonIn(text)).data?.code;
  const known = code === undefined ? undefined : CODES[code];
  if (known !== undefined) return refuseSignIn(known, { seconds: 0, email: '', field: '' });
  if (door.path.startsWith('/passkey/')) return refuseSignIn('passkey', {});
  if (door.path.startsWith('/two-factor/verify')) return refuseSignIn('code', {});
  if (status < 500)
    return refuseSignIn('unreadable', { why: 'This cannot be done now: how you sign in has changed meanwhile.' });
  return new Error(`better-auth answered ${status} at ${door.path}: ${text.slice(0, 200)}`);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
