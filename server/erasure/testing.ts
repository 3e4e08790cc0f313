import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Actor } from '@countersign/core/kernel/index.ts';
import type { Engine } from '../engine.ts';
import type { Organisation } from '../runtime.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE } from '../testing.ts';

/** Where a text stands: in which table of the whole database, in whatever row, as text or as bytes; and in which file of the data folder. */
export async function whereIs(ground: Ground, text: string): Promise<readonly string[]> {
  const tables = await ground.asAdministrator<{ name: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  const spellings = [text, Buffer.from(text).toString('hex'), Buffer.from(text).toString('base64').replace(/=+$/, '')];
  for (const { name } of tables) {
    const rows = await ground.asAdministrator<{ n: number }>(
      `select count(*)::int as n from ${name} t where exists (select from unnest($1::text[]) as s where position(lower(s) in lower(t::text)) > 0)`,
      [spellings],
    );
    if ((rows[0]?.n ?? 0) > 0) found.push(name);
  }
  for (const entry of await readdir(ground.folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    if (spellings.some((spelling) => bytes.includes(spelling))) found.push(path.slice(ground.folder.length));
  }
  return found;
}

export const instant = (text: string): string => new Date(text).toISOString();

/** What a test does to one organisation, each act by the role named. */
export function hands(ground: Ground, org: Organisation, engine: Engine = ground.engine) {
  const { runtime, services } = engine;
  const act = (who: Actor, name: string, input: object) => runtime.act(org, who, name, input);
  return {
    act,
    view: async (
      name: string,
      input: object,
      options: { asOf?: string; knownAt?: string } = {},
      who: Actor = PEOPLE.owner,
    ) => (await runtime.view(org, who, name, input, options)).answer,
    /** Asked by the lead, approved by the owner; answers the id and the entry. */
    async erase(what: object, id: string) {
      await act(PEOPLE.lead, 'erasure.ask', {
        id,
        what,
        why: 'Asked for by whom it is about',
        basis: 'GDPR Art. 17(1)(b)',
      });
      return act(PEOPLE.owner, 'erasure.approve', { erasure: id });
    },
    async file(id: string, text: string, more: object = {}) {
      const { digest } = await services.putBlob(org, OPERATOR, Readable.from([Buffer.from(text)]));
      await act(PEOPLE['control-owner'], 'evidence.add', {
        id,
        name: `${id}.txt`,
        blob: digest,
        controls: ['c'],
        ...more,
      });
      return digest;
    },
    push: (header: object, ...items: readonly object[]) =>
      services.push(
        org,
        OPERATOR,
        'hr',
        Readable.from([[{ collection: header }, ...items].map((line) => JSON.stringify(line)).join('\n')]),
      ),
  };
}
