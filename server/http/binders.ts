import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { makeBinder, previewBinder } from '@countersign/api/operations/binders.ts';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { idSchema } from '@countersign/core/kernel/index.ts';
import { refuseBinder } from '../binder/period.ts';
import type { Organisation, Services } from '../runtime.ts';
import type { Asked, Told } from './calls.ts';
import { disposition } from './file-name.ts';
import { reporting } from './lines.ts';
import { rangeOf } from './range.ts';

type Serving = (asked: Asked, services: Services, actor: Actor, org: Organisation) => Promise<Told>;

export const previewedBinder: Serving = async (asked, { binders }, actor, org) => {
  const { hides, ...ask } = previewBinder.query.parse(asked.query);
  const named = hides === undefined ? [] : hides.split(',').filter((name) => name !== '');
  return { json: await binders.preview(org, actor, { ...ask, hides: named }, asked.signal) };
};

export const madeBinder: Serving = async (asked, { binders }, actor, org) => {
  const ask = makeBinder.body.schema.parse(asked.body);
  return {
    lines: reporting((progress) => {
      let last = '';
      return binders.make(org, actor, ask, {
        ...{ id: randomUUID(), key: randomUUID(), signal: asked.signal },
        progress(done, of, says) {
          // A line each hundredth: a log has as many entries as it has.
          const step = `${Math.floor((done * 100) / of)} ${says.split(':', 1)[0]}`;
          if (step !== last) progress({ done, of, says });
          last = step;
        },
      });
    }),
  };
};

const sealed = (name: string) => ({
  'content-type': 'application/zip',
  'content-disposition': disposition('attachment', name),
  'content-security-policy': `sandbox; default-src 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
});

export const binderContent: Serving = async (asked, { binders }, actor, org) => {
  const id = idSchema.safeParse(asked.params['id']);
  if (!id.success) throw refuseBinder('missing', {});
  const { name, digest, bytes } = await binders.find(org, actor, id.data);
  const range = rangeOf(asked.headers['range'], bytes);
  const length = range === undefined ? bytes : range.last - range.first + 1;
  const headers = {
    ...sealed(name),
    'content-length': String(length),
    'accept-ranges': 'bytes',
    etag: `"${digest}"`,
    ...(range === undefined ? {} : { 'content-range': `bytes ${range.first}-${range.last}/${bytes}` }),
  };
  const body = length === 0 ? Readable.from([]) : await binders.read(org, digest, range);
  return { bytes: body, status: range === undefined ? 200 : 206, headers };
};

export const evidenceBag: Serving = async (asked, { binders }, actor, org) => {
  const id = idSchema.safeParse(asked.params['id']);
  if (!id.success) throw refuseBinder('missing', {});
  const { name, bytes } = await binders.one(org, actor, id.data);
  return { bytes, headers: sealed(name) };
};
