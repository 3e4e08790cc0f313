import type { FastifyInstance, InjectOptions } from 'fastify';
import { createHmac } from 'node:crypto';
import { z } from 'zod';

/** The place that a ground's server believes to be at. */
export const ORIGIN = 'http://localhost:4300';

/** A browser without pages: it keeps cookies, and asks as pages of ours do unless told otherwise. */
export class Browser {
  readonly #app: FastifyInstance;
  readonly cookies = new Map<string, string>();

  constructor(app: FastifyInstance) {
    this.#app = app;
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async ask(
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    body?: object,
    { org = '-', headers = {}, remoteAddress = '127.0.0.1' }: Asking = {},
  ) {
    const given: Record<string, string | undefined> = {
      host: 'localhost:4300',
      origin: ORIGIN,
      'x-countersign-org': org,
      ...(this.cookies.size === 0 ? {} : { cookie: this.cookie }),
      ...headers,
    };
    const sent = Object.fromEntries(
      Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
    const options: InjectOptions = {
      method,
      url,
      headers: sent,
      remoteAddress,
      ...(body === undefined ? {} : { payload: body }),
    };
    const response = await this.#app.inject(options);
    for (const { name, value, maxAge } of response.cookies) {
      if (maxAge === 0 || value === '') this.cookies.delete(name);
      else this.cookies.set(name, encodeURIComponent(value));
    }
    return response;
  }

  get = (url: string, asking?: Asking) => this.ask('GET', url, undefined, asking);
  post = (url: string, body: object = {}, asking?: Asking) => this.ask('POST', url, body, asking);

  signIn = (email: string, password: string, asking?: Asking) =>
    this.post('/api/auth/sign-in/email', { email, password }, asking);

  async me(org?: string) {
    const response = await this.get('/api/me', org === undefined ? {} : { org });
    return response.statusCode === 200 ? Me.parse(response.json()) : codeOf(response);
  }
}

export interface Asking {
  readonly org?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly remoteAddress?: string;
}

const Me = z.looseObject({
  actor: z.object({ id: z.string(), roles: z.array(z.string()) }),
  organisation: z.string().nullable(),
  required: z.array(z.string()),
  organisations: z.array(z.object({ slug: z.string() })),
});

export const codeOf = (response: { json(): unknown }): string =>
  z.object({ code: z.string() }).parse(response.json()).code;

export const tokenIn = (link: string): string => new URL(link).searchParams.get('token') ?? '';

/** A six-digit code of RFC 6238 for the secret of an otpauth address, as an authenticator shows it at a moment. */
export function totp(uri: string, at: number): string {
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  const bits = [...secret.replace(/=+$/, '')]
    .map((one) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(one).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
