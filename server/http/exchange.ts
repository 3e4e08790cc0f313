import * as declared from '@countersign/api/operations/exchange.ts';
import type { Making } from './documents.ts';
import { attached, given } from './documents.ts';

export const previewExchange: Making = async (asked, services, actor, org) => ({
  json: await services.exchange.preview(org, actor, declared.previewExchange.body.schema.parse(asked.body)),
});

export const applyExchange: Making = async (asked, services, actor, org) => ({
  json: await services.exchange.apply(org, actor, declared.applyExchange.body.schema.parse(asked.body)),
});

export const frameworkDocument: Making = async (asked, services, actor, org) => {
  const { id } = declared.frameworkDocument.params.parse(asked.params);
  const { org: _, ...query } = declared.frameworkDocument.query.parse(asked.query);
  return attached(await services.exchangeOut.framework(org, actor, { id, ...given(query) }));
};

export const mappingsDocument: Making = async (asked, services, actor, org) => {
  const { id } = declared.mappingsDocument.params.parse(asked.params);
  const { org: _, ...query } = declared.mappingsDocument.query.parse(asked.query);
  return attached(await services.exchangeOut.mappings(org, actor, { id, ...given(query) }));
};
