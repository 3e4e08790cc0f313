import { Readable } from 'node:stream';
import * as declared from '@countersign/api/operations/documents.ts';
import * as planOperations from '@countersign/api/operations/plan.ts';
import type { Actor } from '@countersign/core/kernel/index.ts';
import type { Organisation, Services } from '../runtime.ts';
import type { Made } from '../services/documents.ts';
import type { Asked, Told } from './calls.ts';
import { disposition } from './file-name.ts';
import { readJson } from './json.ts';
import { refuseRequest } from './request.ts';

export type Making = (asked: Asked, services: Services, actor: Actor, org: Organisation) => Promise<Told>;

export const attached = ({ name, media, bytes }: Made): Told => ({
  bytes,
  headers: {
    'content-type': media,
    'content-disposition': disposition('attachment', name),
    'content-security-policy': `sandbox; default-src 'none'; frame-ancestors 'none'`,
  },
});

/** Only what is there: an absent option and one that is undefined are not the same. */
export const given = <T extends object>(all: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as never;

const list = (text: string | undefined): readonly string[] | undefined =>
  text === undefined ? undefined : text.split(',').filter((one) => one !== '');

function jsonIn(name: string, text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  const value = readJson(Buffer.from(text));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw refuseRequest('invalid', { why: `In the query: ${name} must be a JSON object.` });
}

function whereIn(text: string | undefined): Readonly<Record<string, string>> | undefined {
  const found = jsonIn('where', text);
  return found && Object.fromEntries(Object.entries(found).map(([field, value]) => [field, String(value)]));
}

export const postureDocument: Making = async (asked, services, actor, org) => {
  const { org: _, ...query } = declared.postureDocument.query.parse(asked.query);
  return attached(await services.documents.posture(org, actor, given(query)));
};

export const effectivenessDocument: Making = async (asked, services, actor, org) => {
  const { controls, org: _, ...query } = declared.effectivenessDocument.query.parse(asked.query);
  return attached(
    await services.documents.effectiveness(org, actor, given({ ...query, controls: list(controls) ?? [] })),
  );
};

export const planDocument: Making = async (asked, services, actor, org) => {
  const { org: _, ...query } = planOperations.planDocument.query.parse(asked.query);
  const { name, media, bytes } = await services.documents.plan(org, actor, given(query));
  return attached({ name, media, bytes: Readable.from([Buffer.from(bytes)]) });
};

export const recordsTable: Making = async (asked, services, actor, org) => {
  const { kind } = declared.recordsTable.params.parse(asked.params);
  const { columns, where, org: _, ...query } = declared.recordsTable.query.parse(asked.query);
  const ask = given({ ...query, kind, columns: list(columns), where: whereIn(where) });
  return attached(await services.documents.records(org, actor, ask));
};

export const viewTable: Making = async (asked, services, actor, org) => {
  const { name } = declared.viewTable.params.parse(asked.params);
  const { columns, input, org: _, ...query } = declared.viewTable.query.parse(asked.query);
  const ask = given({ ...query, name, columns: list(columns), input: jsonIn('input', input) ?? {} });
  return attached(await services.documents.view(org, actor, ask));
};
