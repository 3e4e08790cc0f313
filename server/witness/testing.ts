import { join } from 'node:path';
import { WitnessingPage } from '@countersign/core/witnessing/index.ts';
import {
  fileStorage,
  parseWitnessKey,
  readCheckpoint,
  parseVerifierKey,
  requestBody,
  tileReader,
} from '@countersign/ledger/index.ts';
import type { Asking, Post, Storage } from '@countersign/ledger/index.ts';
import type { FastifyInstance } from 'fastify';
import type { Organisation } from '../runtime.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE } from '../testing.ts';

/** What an organisation's owner sees of it as a witness. */
export async function pageOf(ground: Ground, org: Organisation): Promise<WitnessingPage> {
  return WitnessingPage.parse((await ground.engine.runtime.view(org, PEOPLE.owner, 'witnessing.page', {})).answer);
}

export const storageOf = ({ folder }: Pick<Ground, 'folder'>, org: Organisation): Storage =>
  fileStorage(join(folder, 'log', String(org.id)));

/** The log of an organisation as it may be shown to a witness now. */
export async function logOf(ground: Ground, org: Organisation) {
  const { checkpoint: note, key } = await ground.engine.services.checkpoint(org);
  const storage = storageOf(ground, org);
  const verifier = parseVerifierKey(key);
  const checkpoint = await readCheckpoint(storage, verifier.name, verifier.publicKey);
  if (checkpoint === undefined) throw new Error('It was published');
  return { note, key, checkpoint, read: tileReader(storage, checkpoint.size) };
}

/** Has `witness` name a log, of an organisation beside it or by its key, and gives what the log's owner is told of it. */
export async function introduce(ground: Ground, log: Organisation | string, witness: Organisation) {
  const vkey = typeof log === 'string' ? log : (await logOf(ground, log)).key;
  const name = typeof log === 'string' ? 'theirs' : log.slug;
  await ground.engine.runtime.act(witness, PEOPLE.owner, 'witnessed-log.name', { id: name, name, vkey });
  const { key: own } = await pageOf(ground, witness);
  if (own === undefined) throw new Error('Naming a log makes the key');
  return { key: parseWitnessKey(own.vkey), path: `${new URL(own.url).pathname}/add-checkpoint` };
}

/** Asks a witness through its door, as anybody would. */
export const postTo =
  (app: FastifyInstance, path: string): Post =>
  async (body) => {
    const answered = await app.inject({ method: 'POST', url: path, payload: body });
    return {
      status: answered.statusCode,
      contentType: String(answered.headers['content-type'] ?? ''),
      body: answered.body,
    };
  };

/** One more entry. */
export const grow = (ground: Ground, org: Organisation, id: string) =>
  ground.engine.runtime.act(org, OPERATOR, 'records.apply', { records: [{ kind: 'person', id, name: id }] });

export const asking = async (
  ground: Ground,
  org: Organisation,
  witness: Asking['witness'],
  oldSize: number,
): Promise<{ readonly asking: Asking; readonly body: string }> => {
  const { note, read } = await logOf(ground, org);
  const given = { note, read, witness, oldSize };
  return { asking: given, body: await requestBody(given, oldSize) };
};
