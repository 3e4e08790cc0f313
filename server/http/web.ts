import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What `npm start` builds of the web room. */
export const WEB_FOLDER = fileURLToPath(new URL('../../web/dist/', import.meta.url));

/** Only our own scripts and styles. Style attributes are Mantine’s and React’s; images may be small ones of the style sheet. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const NOT_BUILT = `<!doctype html><html lang="en"><title>Countersign</title>
<p>The web client is not built. Run <code>npm start</code>, which builds it, or <code>npm run build</code>. The API is at <a href="/api/docs">/api/docs</a>.</p></html>`;

/** Is this an address of the client’s own: no API, no file? Its router knows what it means. */
export const isOfClient = (request: FastifyRequest): boolean => {
  const path = request.url.split('?', 1)[0] ?? '/';
  return (
    (request.method === 'GET' || request.method === 'HEAD') &&
    !/^\/(?:api|healthz|assets)(?:\/|$)/.test(path) &&
    !/\.[a-z0-9]{2,5}$/i.test(path.split('/').at(-1) ?? '')
  );
};

/** Serves the built client: hashed files for a year, the page itself never from a cache. */
export async function serveWeb(
  app: FastifyInstance,
  folder: string = WEB_FOLDER,
): Promise<(reply: FastifyReply) => Promise<FastifyReply>> {
  const index = join(folder, 'index.html');
  if (existsSync(join(folder, 'assets'))) {
    await app.register(fastifyStatic, {
      root: join(folder, 'assets'),
      prefix: '/assets/',
      index: false,
      preCompressed: true,
      immutable: true,
      maxAge: '365d',
      cacheControl: true,
    });
    app.get('/mark.svg', (_, reply) => reply.sendFile('mark.svg', folder, { maxAge: '1d', immutable: false }));
  }
  return async (reply) => {
    const page = await readFile(index, 'utf8').catch(() => NOT_BUILT);
    return reply
      .header('content-security-policy', POLICY)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(page);
  };
}
