import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import type { Connector } from './connector.ts';

let found: Promise<ReadonlyMap<string, Connector>> | undefined;

/**
 * Every connector there is, by name: each folder beside `kit` with an `index.ts` that exports `connector`. Read once,
 * at the first call, so that a server that collects nothing loads nothing.
 */
export function connectors(): Promise<ReadonlyMap<string, Connector>> {
  return (found ??= read(new URL('../', import.meta.url)));
}

async function read(room: URL): Promise<ReadonlyMap<string, Connector>> {
  const entries = await readdir(room, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== 'kit').map((entry) => entry.name);
  const byName = new Map<string, Connector>();
  for (const folder of folders.sort()) {
    const index = new URL(`${folder}/index.ts`, room);
    if (!existsSync(index)) continue;
    const { connector }: { connector: Connector } = await import(index.href);
    if (connector.name !== folder) throw new Error(`the connector in ${folder}/ calls itself ${connector.name}`);
    byName.set(connector.name, connector);
  }
  return byName;
}
