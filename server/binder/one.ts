import { PassThrough, type Readable } from 'node:stream';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { dayOf, isGuest, printInstant, refuse } from '@countersign/core/kernel/index.ts';
import { Evidence } from '@countersign/core/evidence/index.ts';
import { Organisation as OrganisationRecord } from '@countersign/core/organisation/index.ts';
import {
  bodyDigest,
  evidenceFiles,
  hashFromHex,
  nameFor,
  parseStatement,
  proverOf,
  rekorDsse,
  writeBinder,
} from '@countersign/ledger/index.ts';
import type { BinderFile, Evidence as Bag, EvidenceEntry, PayloadLine } from '@countersign/ledger/index.ts';
import type pg from 'pg';
import { z } from 'zod';
import { logHead } from '../kernel/organisation.ts';
import { handedOverAt } from '../ledger/log.ts';
import { payloadsOf } from '../ledger/payloads.ts';
import type { Organisation } from '../runtime.ts';
import type { BinderParts } from './assemble.ts';
import { placesOf, evidenceFilesOf } from './evidence.ts';
import { refuseBinder } from './period.ts';
import { bestOf } from './seen.ts';
import { filedOf } from './scope.ts';
import type { Recorded } from './versions.ts';
import { recordVersions } from './versions.ts';

const Versions = z.array(z.object({ version: z.int() }));

/**
 * One piece of evidence as a bag of its own: its file, what the log says of it, and a proof for each entry that does, all under one checkpoint, one that
 * somebody outside saw if there is one. Of each of these entries nothing else is shown. A guest gets what they may read as it was logged: versions
 * with what is internal in them are left out, since without it nothing would verify.
 */
export async function bagOf(
  parts: BinderParts,
  org: Organisation,
  actor: Actor,
  id: string,
): Promise<{ readonly name: string; readonly bytes: Readable }> {
  const { runner, log, tenants, seen } = parts;
  // As they may read it, and with the versions they may: what it refuses, this refuses.
  await runner.get(org, actor, Evidence.kind, id);
  const shown = new Set(
    Versions.parse(await runner.history(org, actor, Evidence.kind, id)).map(({ version }) => version),
  );
  await log.publish(org.id);
  const { zone, name } = await runner.reading(org, {}, [OrganisationRecord], async ({ snapshot, zone }) => ({
    zone,
    name: String(snapshot.kinds.get('organisation')?.byId.get('organisation')?.at(-1)?.stored['name'] ?? org.slug),
  }));
  const readBlob = (digest: string): Promise<Readable> => parts.readBlob(org.id, digest);

  const found = await tenants.tenant(org.id, 'read', async (client) => {
    const all = await recordVersions(client, org.id, Evidence.kind, id);
    const versions = all.filter((row) => shown.has(row.version) && !(isGuest(actor) && hasTalk(row)));
    const [first] = versions;
    const last = versions.at(-1);
    if (first === undefined || last === undefined) throw refuseBinder('unseen', { id });
    const { size: newest } = await logHead(client, org.id, false);
    const handedOver = await handedOverAt(client, org.id);
    const told = await seen.told(client, org.id, newest);
    const size = bestOf(told.filter((one) => one.size > last.entry && one.size > handedOver)) ?? newest;
    const at = await log.at(client, org.id, size);
    const prove = await proverOf(at.storage);
    const { rows } = await client.query<{ digest: Buffer }>('select digest from blob where org = $1 and digest = $2', [
      org.id,
      Buffer.from(filedOf(first, last).digest, 'hex'),
    ]);
    const [placed] = placesOf([{ ...filedOf(first, last), there: rows.length > 0 }]);
    if (placed === undefined) throw refuse('missing', { kind: Evidence.kind, id });
    const entries: EvidenceEntry[] = [];
    for (const index of new Set(versions.map(({ entry }) => entry))) {
      const names = new Set(
        versions.filter(({ entry }) => entry === index).map((row) => `evidence/${id}@${row.version}`),
      );
      entries.push(
        await entryOf(
          client,
          org.id,
          index,
          names,
          placed.path === undefined ? undefined : placed.digest,
          await prove(index),
          readBlob,
        ),
      );
    }
    const seenFiles: BinderFile[] = [];
    for await (const file of seen.files(client, org.id, size))
      if (!file.path.startsWith('seen/') || file.path.startsWith(`seen/${size}/`)) seenFiles.push(file);
    return { at, size, placed, entries, seenFiles, knownAt: last.recordedAt };
  });

  const { at, size, placed, entries, seenFiles, knownAt } = found;
  const files = evidenceFiles({
    id: placed.folder,
    files:
      placed.path === undefined
        ? []
        : [
            {
              name: nameFor(placed.name),
              digest: hashFromHex(placed.digest),
              bytes: bytesOf(evidenceFilesOf([placed], readBlob, () => undefined)),
              size: placed.bytes,
            },
          ],
    ...{ entries, keys: at.keys, seen: sizesOnly(seenFiles, size) },
  } satisfies Bag);
  const out = new PassThrough({ highWaterMark: 1 << 18 });
  out.on('error', () => undefined);
  writeBinder(files, out, {
    folder: `${nameFor(id)}-proof`,
    about: {
      kind: 'evidence',
      organisation: name,
      log: { origin: at.origin, size, root: Buffer.from(at.root).toString('base64') },
      knownAt: printInstant(knownAt),
    },
    baggedOn: dayOf(zone, knownAt),
    seal: { origin: at.origin, signer: at.signer },
  }).catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))));
  return { name: `${nameFor(id)}-proof.zip`, bytes: out };
}

/** Witnesses and authorities are named only beside what they saw. */
const sizesOnly = (files: readonly BinderFile[], size: number): readonly BinderFile[] =>
  files.some(({ path }) => path.startsWith(`seen/${size}/`)) ? files : [];

const hasTalk = ({ body }: Recorded): boolean => Evidence.internal.some((field) => body[field] !== undefined);

async function* bytesOf(files: AsyncIterable<BinderFile>): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of files) {
    if (bytes instanceof Uint8Array) yield bytes;
    else yield* bytes;
  }
}

/** An entry with all hidden but these subjects. */
async function entryOf(
  client: pg.ClientBase,
  org: number,
  index: number,
  names: ReadonlySet<string>,
  file: string | undefined,
  proof: string,
  readBlob: (digest: string) => Promise<Readable>,
): Promise<EvidenceEntry> {
  const { rows } = await client.query<{ entry: Buffer }>('select entry from log_entry where org = $1 and index = $2', [
    org,
    index,
  ]);
  const [row] = rows;
  for await (const { statement, lines: given = [] } of payloadsOf(client, org, readBlob).statements(index, index + 1)) {
    if (row === undefined) break;
    const named = parseStatement(statement).predicate['subjectsRoot'] === undefined;
    const lines: PayloadLine[] = [];
    for await (const line of given) {
      if (line.does !== 'show-subject' || names.has(line.subject)) lines.push(line);
      else {
        const { subject, salt, body } = line;
        lines.push({
          does: 'hide-subject',
          subject,
          why: 'withheld',
          ...(named ? {} : { digest: bodyDigest(salt, body) }),
        });
      }
      if (line.does === 'show-subject' && names.has(line.subject) && file !== undefined)
        lines.push({ does: 'show-file', digest: hashFromHex(file) });
    }
    return { index, statement, leaf: rekorDsse.parse(row.entry), lines, proof };
  }
  throw new Error(`Entry ${index} of organisation ${org} is missing`);
}
