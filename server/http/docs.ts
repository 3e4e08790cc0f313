import { exampleOf } from '@countersign/api/example.ts';
import type { Field } from '@countersign/api/field.ts';
import { fieldsOf } from '@countersign/api/field.ts';
import type { Operation } from '@countersign/api/operation.ts';
import { OPERATIONS } from '@countersign/api/operations.ts';
import type { ActDef, Product, RecordDef, ViewDef } from '@countersign/core/kernel/index.ts';
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { STYLE } from './docs-style.ts';

/** The one style that the content security policy lets through. */
export const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const call = (method: string, path: string): string =>
  `<div><span class="method">${method}</span>${escape(path)}</div>`;

function fieldRow(field: Field): string {
  const kind = field.ref;
  const takes = kind === undefined ? escape(field.takes) : `<a href="#kind-${escape(kind)}">${escape(field.takes)}</a>`;
  const need = field.required ? 'required' : 'optional';
  return `<tr><td>${escape(field.name)}</td><td>${takes}</td><td>${need}</td><td>${escape(field.says ?? '')}</td></tr>`;
}

function fieldTable(schema: z.ZodObject | undefined): string {
  const fields = schema === undefined ? [] : fieldsOf(schema);
  if (fields.length === 0) return '<p>It takes no fields.</p>';
  return `<div class="wide" tabindex="0" role="region" aria-label="Fields"><table><thead><tr><th>Field</th><th>Takes</th><th></th><th>Meaning</th></tr></thead><tbody>${fields.map(fieldRow).join('')}</tbody></table></div>`;
}

const shell = (lines: readonly string[]): string => `<pre>${escape(lines.join('\n'))}</pre>`;

const post = (path: string, input: unknown): string =>
  shell([
    `curl -H "Authorization: Bearer $COUNTERSIGN_TOKEN" -H "Content-Type: application/json" \\`,
    `  --data '${JSON.stringify(input).replaceAll("'", "'\\''")}' "$COUNTERSIGN_URL${path}"`,
  ]);

const get = (path: string): string =>
  shell([`curl -H "Authorization: Bearer $COUNTERSIGN_TOKEN" "$COUNTERSIGN_URL${path}"`]);

const article = (anchor: string, heading: string, parts: readonly string[]): string =>
  `<article id="${escape(anchor)}"><h3>${escape(heading)}</h3>${parts.join('')}</article>`;

function kindArticle(def: RecordDef): string {
  const path = `/api/records/${def.kind}`;
  const calls = ['', '/{id}', '/{id}/history', '/{id}/acts'].map((rest) => call('GET', path + rest)).join('');
  const written = def.ownActsOnly
    ? 'Made by acts of its own only.'
    : 'Written by <a href="#act-records.apply">records.apply</a> or by acts.';
  return article(`kind-${def.kind}`, def.kind, [
    `<p>${escape(def.title)}. ${written}</p>`,
    `<div class="calls">${calls}</div>`,
    fieldTable(def.body),
    get(path),
  ]);
}

const actArticle = (act: ActDef): string =>
  article(`act-${act.name}`, act.name, [
    `<p>${escape(act.says)} For ${escape(act.allowed.join(', '))}.</p>`,
    `<div class="calls">${call('POST', `/api/acts/${act.name}`)}</div>`,
    fieldTable(act.input),
    post(`/api/acts/${act.name}`, exampleOf(act.input)),
  ]);

const viewArticle = (view: ViewDef): string =>
  article(`view-${view.name}`, view.name, [
    `<p>${escape(view.says)} ${view.asOf ? 'Takes <code>asOf</code> and <code>knownAt</code>.' : 'Takes <code>knownAt</code>; its own fields say the time.'}</p>`,
    `<div class="calls">${call('POST', `/api/views/${view.name}`)}</div>`,
    fieldTable(view.input),
    post(`/api/views/${view.name}`, exampleOf(view.input)),
  ]);

function serviceArticle(operation: Operation): string {
  const body =
    operation.body?.type === 'json'
      ? fieldTable(operation.body.schema)
      : `<p>${escape(operation.body?.says ?? '')}</p>`;
  const open = operation.access === 'public' ? ' Needs no token.' : '';
  return article(`service-${operation.id}`, operation.id, [
    `<p>${escape(operation.says)}${open}</p>`,
    `<div class="calls">${call(operation.method, operation.path)}</div>`,
    operation.body === undefined ? '' : body,
  ]);
}

const listed = (heading: string, prefix: string, names: readonly string[]): string =>
  `<h2>${heading}</h2><ul>${names.map((name) => `<li><a href="#${prefix}-${escape(name)}">${escape(name)}</a></li>`).join('')}</ul>`;

const section = (heading: string, says: string, articles: readonly string[]): string =>
  `<section><h2>${heading}</h2><p>${says}</p>${articles.join('')}</section>`;

/** The reference page of a product: every kind, act, view and service with its fields and a call to copy. */
export function pageOf(product: Product, version: string): string {
  const kinds = [...product.records.values()];
  const acts = [...product.acts.values()].filter((act) => !act.internal);
  const views = [...product.views.values()];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Countersign API</title><style>${STYLE}</style></head><body>
<header><h1>Countersign API</h1>
<p>Version ${escape(version)}. Records are what is kept, acts change them, views answer questions. Every call but the three that say so needs a token from
<code>countersign token create</code>. Errors are problem documents (RFC 9457) with a <code>code</code> that scripts may match.
The same as data: <a href="/api/openapi.json">OpenAPI 3.1</a>.</p></header>
<div class="frame"><nav aria-label="Contents">
${listed(
  'Records',
  'kind',
  kinds.map(({ kind }) => kind),
)}
${listed(
  'Acts',
  'act',
  acts.map(({ name }) => name),
)}
${listed(
  'Views',
  'view',
  views.map(({ name }) => name),
)}
${listed(
  'Services',
  'service',
  OPERATIONS.map(({ id }) => id),
)}
</nav><main>
${section('Records', 'Lists come a page at a time; <code>where.FIELD=value</code> filters, <code>asOf</code> and <code>knownAt</code> go back in time.', kinds.map(kindArticle))}
${section('Acts', 'Send an <code>Idempotency-Key</code> (a UUID) to be able to repeat, <code>If-Match</code> with the version that was read, <code>?dryRun=true</code> to only check.', acts.map(actArticle))}
${section('Views', 'A question at a moment, as known at a moment. Where all fields are scalars, GET with a query does too.', views.map(viewArticle))}
${section('Services', 'Long or machine-made work.', OPERATIONS.map(serviceArticle))}
</main></div></body></html>
`;
}
