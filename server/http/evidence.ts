import { Readable } from 'node:stream';
import {
  ERASED_DIGEST,
  Evidence,
  mediaMismatch,
  refuseEvidence,
  SHOWN_INLINE,
  UNKNOWN_MEDIA,
} from '@countersign/core/evidence/index.ts';
import { idSchema, refuse } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import type { Organisation, Runtime, Services } from '../runtime.ts';
import type { Asked, Told } from './calls.ts';
import { disposition } from './file-name.ts';
import type { Caller } from './identity.ts';
import { rangeOf } from './range.ts';
import { refuseRequest } from './request.ts';

const Filed = z.object({ name: z.string(), digest: z.string(), erased: z.string().optional() });

/** The evidence as the caller may read it, and what is known of its bytes. */
async function filed(asked: Asked, runtime: Runtime, services: Services, caller: Caller, org: Organisation) {
  const id = idSchema.safeParse(asked.params['id']);
  if (!id.success) throw refuse('missing', { kind: Evidence.kind, id: String(asked.params['id']) });
  const { name, digest, erased } = Filed.parse(await runtime.get(org, caller.actor, Evidence.kind, id.data));
  if (digest === ERASED_DIGEST) throw refuseEvidence('erased', { id: id.data, by: erased ?? '' });
  return { name, digest, ...(await services.findBlob(org, digest)) };
}

type Serving = (asked: Asked, runtime: Runtime, services: Services, caller: Caller, org: Organisation) => Promise<Told>;

export const evidenceFile: Serving = async (...of) => {
  const { name, digest, bytes, media } = await filed(...of);
  const says = mediaMismatch(name, media, bytes);
  return {
    json: { name, digest, bytes, media, inline: SHOWN_INLINE.includes(media), ...(says === undefined ? {} : { says }) },
  };
};

/**
 * A sandbox without an origin, in which nothing is loaded. A PDF to be shown has none: Chromium’s viewer refuses to work in one, and runs what a PDF
 * may hold apart from every origin; as application/pdf with nosniff it is never a page.
 */
function policyOf(how: 'attachment' | 'inline', media: string): string {
  const sandbox = how === 'inline' && media === 'application/pdf' ? '' : 'sandbox; ';
  return `${sandbox}default-src 'none'; frame-ancestors ${how === 'inline' ? "'self'" : "'none'"}`;
}

/**
 * Bytes that somebody uploaded are nobody’s page: they are saved, never opened, but for four types that run nothing; and whatever a browser makes
 * of those, it makes in a sandbox without an origin. Their type is what we found, not what the name says.
 */
export const evidenceContent: Serving = async (asked, ...of) => {
  const { name, digest, bytes, media } = await filed(asked, ...of);
  const isShown = SHOWN_INLINE.includes(media);
  if (asked.query['inline'] === true && !isShown) throw refuseRequest('inline', {});
  const how = asked.query['inline'] === true ? 'inline' : 'attachment';
  const range = rangeOf(asked.headers['range'], bytes);
  const [, services, , org] = of;
  const length = range === undefined ? bytes : range.last - range.first + 1;
  const headers = {
    'content-type': !isShown ? UNKNOWN_MEDIA : media === 'text/plain' ? 'text/plain; charset=utf-8' : media,
    'content-length': String(length),
    'content-disposition': disposition(how, name),
    'accept-ranges': 'bytes',
    etag: `"${digest}"`,
    'content-security-policy': policyOf(how, media),
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    ...(how === 'inline' ? { 'x-frame-options': 'SAMEORIGIN' } : {}),
    ...(range === undefined ? {} : { 'content-range': `bytes ${range.first}-${range.last}/${bytes}` }),
  };
  const body = length === 0 ? Readable.from([]) : await services.readBlob(org, digest, range);
  return { bytes: body, status: range === undefined ? 200 : 206, headers };
};
