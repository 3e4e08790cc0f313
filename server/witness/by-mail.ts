import { join } from 'node:path';
import type { Actor, Stored } from '@countersign/core/kernel/index.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';
import { Cosignature, Witness } from '@countersign/core/proof/index.ts';
import { refuseWitnessing, WitnessRequest } from '@countersign/core/witnessing/index.ts';
import {
  fileStorage,
  LedgerFault,
  parseAnswerFile,
  parseCheckpoint,
  parseNote,
  parseRequestFile,
  parseWitnessKey,
  printAnswerFile,
  printNote,
  printRequestFile,
  readAnswer,
  requestBody,
  tileReader,
} from '@countersign/ledger/index.ts';
import type { WitnessAnswer } from '@countersign/ledger/index.ts';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Log } from '../ledger/log.ts';
import type { Organisation } from '../runtime.ts';
import type { Alarm, Witnesses } from './witness.ts';

/** A witness that files are carried to, and we as one. */
export interface WitnessMail {
  request(
    org: Organisation,
    actor: Actor,
    witness: string,
    from?: number,
  ): Promise<{ readonly file: string; readonly name: string; readonly size: number; readonly from: number }>;
  record(
    org: Organisation,
    file: string,
    witness?: string,
  ): Promise<{
    readonly witness: string;
    readonly name: string;
    readonly cosignature: string;
    readonly size: number;
    readonly at: string;
  }>;
  answer(
    org: Organisation,
    file: string,
  ): Promise<{ readonly file: string; readonly name: string; readonly status: number; readonly outcome: string }>;
}

export interface WitnessMailParts {
  readonly runner: Runner;
  readonly log: Pick<Log, 'checkpoint'>;
  /** Where published logs are, each organisation's in a folder of its own. */
  readonly folder: string;
  readonly witness: Witnesses;
  alert(org: Organisation, alarm: Alarm): Promise<unknown>;
}

/** In whose name it is recorded what was verified. */
const OURS: Actor = { id: 'countersign', roles: ['operator'] };
/** Requests of one witness that an answer is held against, the newest first. */
const MOST_TRIED = 20;

type Asked = Stored<typeof WitnessRequest>;
type Named = Stored<typeof Witness>;

export function witnessMail({ runner, log, folder, witness: ours, alert }: WitnessMailParts): WitnessMail {
  const known = (org: Organisation) =>
    runner.reading(org, {}, [Witness, Cosignature, WitnessRequest], ({ snapshot, asOf, position }) => {
      const at = { asOf, position };
      return Promise.resolve({
        witnesses: shelfOf(snapshot, Witness, at),
        cosigned: shelfOf(snapshot, Cosignature, at).all(),
        requests: shelfOf(snapshot, WitnessRequest, at)
          .all()
          .toSorted((a, b) => b.size - a.size),
      });
    });

  /** That a witness objects is recorded and told like one that was asked over HTTP. */
  const objected = async (org: Organisation, { id, name }: Named, { code, message }: LedgerFault): Promise<void> => {
    if (code !== 'witness.ahead' && code !== 'witness.forked') return;
    await runner.act(org, OURS, 'outside-trouble.record', { kind: 'witness', id, code, says: message });
    const says = `The witness ${name} disputes this log: ${message}`;
    await alert(org, { occasion: `${code} witness.${id} by mail ${message}`.slice(0, 300), says, leads: '/ledger' });
  };

  return {
    async request(org, actor, id, wanted) {
      const { witnesses, cosigned } = await known(org);
      const witness = witnesses.get(id);
      const { checkpoint: note } = await log.checkpoint(org.id);
      const { size } = parseCheckpoint(parseNote(note).text);
      const seen = cosigned.filter((one) => one.witness === id).map((one) => one.size);
      const from = wanted ?? Math.min(size, Math.max(0, ...seen));
      if (from > size) throw refuseWitnessing('beyond', { from, size }, ['from']);
      const read = tileReader(fileStorage(join(folder, String(org.id))), size);
      const body = await requestBody({ note, read, witness: [parseWitnessKey(witness.vkey)] }, from);
      await runner.act(org, actor, 'witness-request.record', { witness: id, size, from, checkpoint: note });
      return { file: printRequestFile(body), name: `${id}-${size}.witness-request`, size, from };
    },

    async record(org, file, given) {
      const answer = opened(() => parseAnswerFile(file), 'file');
      const { witnesses, requests } = await known(org);
      const tried = given === undefined ? witnesses.all() : [witnesses.get(given)];
      for (const one of tried) {
        const mine = requests.filter(({ witness }) => witness === one.id).slice(0, MOST_TRIED);
        const found = fitting(answer, one, mine);
        if (found === undefined) continue;
        const input = { witness: one.id, checkpoint: found.asked.checkpoint, line: found.line };
        const told = await runner.act(org, OURS, 'cosignature.record', input);
        await runner.act(org, OURS, 'outside-trouble.record', { kind: 'witness', id: one.id });
        const { cosignature, size, at } = told.answer as { cosignature: string; size: number; at: string };
        return { witness: one.id, name: one.name, cosignature, size, at };
      }
      if (answer.status === 200) throw refuseWitnessing('unmatched', {}, ['file']);
      // What is no cosignature does not say whose it is.
      const [newest] = requests.filter(({ witness }) => tried.some(({ id }) => id === witness));
      const whose = witnesses.find(given ?? newest?.witness ?? '');
      if (newest === undefined || whose === undefined) throw refuseWitnessing('unmatched', {}, ['file']);
      try {
        const said = readAnswer(answer, { note: newest.checkpoint, witness: [parseWitnessKey(whose.vkey)] });
        if ('size' in said) throw refuseWitnessing('elsewhere', { name: whose.name, size: said.size }, ['file']);
        throw refuseWitnessing('unmatched', {}, ['file']);
      } catch (error) {
        if (!(error instanceof LedgerFault)) throw error;
        await objected(org, whose, error);
        throw new Refusal(error.code, 'conflict', error.message, {}, ['file']);
      }
    },

    async answer(org, file) {
      const body = opened(() => parseRequestFile(file), 'file');
      const answer = await ours.answer(org, body);
      const outcome = answer.status === 200 ? 'cosigned' : answer.body.trim();
      return { file: printAnswerFile(answer), name: 'answer.witness-answer', status: answer.status, outcome };
    },
  };
}

/** Which of the requests a cosignature answers, with the line of this witness. */
function fitting(
  answer: WitnessAnswer,
  { vkey }: Named,
  requests: readonly Asked[],
): { readonly asked: Asked; readonly line: string } | undefined {
  if (answer.status !== 200) return undefined;
  const witness = [parseWitnessKey(vkey)];
  for (const asked of requests) {
    try {
      const read = readAnswer(answer, { note: asked.checkpoint, witness });
      if (!('cosigned' in read)) return undefined;
      const [obtained] = read.cosigned;
      if (obtained !== undefined) return { asked, line: printNote({ text: '', signatures: [obtained.line] }).trim() };
    } catch (error) {
      // Of another request, or of another witness.
      if (!(error instanceof LedgerFault) || error.code !== 'cosignature.wrong') throw asRefusal(error);
    }
  }
  return undefined;
}

/** A file that is none of ours is refused in the ledger's own words. */
function opened<T>(read: () => T, field: string): T {
  try {
    return read();
  } catch (error) {
    throw asRefusal(error, field);
  }
}

const asRefusal = (error: unknown, field = 'file'): unknown =>
  error instanceof LedgerFault ? new Refusal(error.code, 'invalid', error.message, {}, [field]) : error;
