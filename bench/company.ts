import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Actor } from '@countersign/core/kernel/index.ts';
import type { Database } from '@countersign/server/database/pool.ts';
import { openDatabase } from '@countersign/server/database/pool.ts';
import type { Engine } from '@countersign/server/engine.ts';
import { createEngine } from '@countersign/server/engine.ts';
import type { CollectionReport, Organisation } from '@countersign/server/runtime.ts';

export const OPERATOR: Actor = { id: 'operator:bench', roles: ['operator'] };

/** One organisation in a database of its own, with a clock that the bench sets: years are recorded in minutes. */
export interface Company {
  readonly engine: Engine;
  /** Not metered. */
  readonly database: Database;
  readonly org: Organisation;
  /** Sets the clock, in ms since 1970; 'real' is the system's. */
  setClock(now: number | 'real'): void;
  act(name: string, input: object): Promise<unknown>;
  push(source: string, header: object, items: Iterable<object>): Promise<CollectionReport>;
  close(): Promise<void>;
}

export async function foundCompany(
  data: string,
  beginsAt: number,
  wrap: (database: Database) => Database = (database) => database,
): Promise<Company> {
  const database = await openDatabase({ dataFolder: data, report: () => undefined });
  let now: number | 'real' = beginsAt;
  const engine = await createEngine({
    database: wrap(database),
    dataFolder: data,
    keyFile: join(data, 'key'),
    localSources: false,
    clock: { now: () => (now === 'real' ? Date.now() : now) },
  });
  await engine.services.init(OPERATOR, { name: 'Example Ltd', slug: 'example' });
  const [org] = await engine.services.organisations();
  if (org === undefined) throw new Error('The organisation was not made');
  return {
    engine,
    database,
    org,
    setClock: (to) => void (now = to),
    async act(name, input) {
      return (await engine.runtime.act(org, OPERATOR, name, input)).answer;
    },
    push: (source, header, items) => engine.services.push(org, OPERATOR, source, linesOf(header, items)),
    close: () => engine.close(),
  };
}

/** A collection as `facts push` takes it, in pieces of some size. */
function linesOf(header: object, items: Iterable<object>): Readable {
  return Readable.from(
    (function* () {
      let piece = `${JSON.stringify({ collection: header })}\n`;
      for (const item of items) {
        piece += `${JSON.stringify(item)}\n`;
        if (piece.length < 65_536) continue;
        yield Buffer.from(piece);
        piece = '';
      }
      if (piece !== '') yield Buffer.from(piece);
    })(),
  );
}
