import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Migration } from '../database/migrate.ts';
import type { Identities } from './age.ts';
import { decrypted } from './age.ts';
import { countPart } from './backup.ts';
import { Ending, FORMAT, Manifest } from './manifest.ts';
import { refuseRestore } from './refusals.ts';
import type { Part } from './tar.ts';
import { readParts } from './tar.ts';

const damaged = (why: string) => refuseRestore('damaged', { why });

function parsed<T extends z.ZodType>(schema: T, bytes: Buffer, what: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw damaged(`${what} cannot be read.`);
  }
}

/** A backup that is read from its beginning to its end, once. */
export interface Reading {
  readonly manifest: Manifest;
  /** What lies between the manifest and the last file; complete only when it has ended without a refusal. */
  parts(): AsyncGenerator<Part>;
  /** What the last file says, once all parts were read. */
  ending(): Ending;
}

/** Opens a backup and reads what it is. Refuses what these identities do not open, and what a newer program wrote. */
export async function openBackup(
  file: string,
  identities: Identities,
  migrations: readonly Migration[],
): Promise<Reading> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) throw refuseRestore('file', { file, why: 'there is no such file.' });
  const stream = createReadStream(file, { highWaterMark: 1 << 18 });
  const source = readParts(decrypted(Readable.toWeb(stream) as ReadableStream<Uint8Array>, identities));
  const hash = createHash('sha256');
  let count = 0;
  let last: Ending | undefined;
  const take = async (): Promise<Part | undefined> => {
    const { done, value } = await source.next();
    return done === true ? undefined : value;
  };
  const first = await take();
  if (first?.name !== 'manifest.json') throw damaged('it does not begin with what it is.');
  const { format } = parsed(z.looseObject({ format: z.int() }), first.bytes, 'what it says of itself');
  if (format > FORMAT) throw refuseRestore('newer', { migration: `format ${format}` });
  const manifest = parsed(Manifest, first.bytes, 'what it says of itself');
  refuseOtherSchema(manifest, migrations);
  countPart(hash, first);
  count += 1;
  return {
    manifest,
    async *parts() {
      try {
        for (;;) {
          const part = await take();
          if (part === undefined) throw damaged('its last file is missing.');
          if (part.name === 'end.json') {
            last = parsed(Ending, part.bytes, 'its last file');
            if (last.parts !== count || last.sha256 !== hash.digest('hex'))
              throw damaged('its files are not those it was made of.');
            if ((await take()) !== undefined) throw damaged('something follows its end.');
            return;
          }
          countPart(hash, part);
          count += 1;
          yield part;
        }
      } finally {
        stream.destroy();
      }
    },
    ending() {
      if (last === undefined) throw damaged('it was not read to its end.');
      return last;
    },
  };
}

/** Its migrations must be the first of ours; what is missing is done after its rows are in. */
function refuseOtherSchema({ schema }: Manifest, migrations: readonly Migration[]): void {
  for (const [i, { number, name, digest }] of schema.entries()) {
    const ours = migrations[i];
    if (ours === undefined) throw refuseRestore('newer', { migration: `migration ${name}` });
    if (ours.number !== number || ours.name !== name || ours.digest !== digest)
      throw refuseRestore('schema', { migration: `migration ${name}` });
  }
}
