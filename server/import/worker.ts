import { parentPort, workerData } from 'node:worker_threads';
import { Refusal } from '@countersign/core/kernel/index.ts';
import type { Sheet } from '@countersign/core/control/index.ts';
import { refuseImport } from '@countersign/core/control/index.ts';
import { readCsv } from './csv.ts';

export interface Reading {
  readonly bytes: Uint8Array;
  readonly sheet: string | undefined;
}

export interface Read {
  readonly format: 'csv' | 'xlsx';
  readonly sheets: readonly string[];
  readonly name: string | undefined;
  readonly sheet: Sheet;
}

export type Outcome =
  | { readonly read: Read }
  | {
      readonly refusal: { readonly code: string; readonly family: Refusal['family']; readonly message: string };
    }
  | { readonly fault: string };

/** By its bytes and not by its name: whoever renames a workbook still has one. */
async function read({ bytes, sheet }: Reading): Promise<Read> {
  const all = Buffer.from(bytes);
  if (all.readUInt16BE(0) === 0x504b) {
    const { sheets, name, sheet: found } = await (await import('./xlsx.ts')).readXlsx(all, sheet);
    return { format: 'xlsx', sheets, name, sheet: found };
  }
  if (all.readUInt16BE(0) === 0xd0cf) {
    throw refuseImport('file', { why: 'it is of an old Excel (.xls) or has a password: save it as .xlsx without one' });
  }
  return { format: 'csv', sheets: [], name: undefined, sheet: readCsv(all) };
}

read(workerData as Reading).then(
  (found) => parentPort?.postMessage({ read: found } satisfies Outcome),
  (error: unknown) =>
    parentPort?.postMessage(
      (error instanceof Refusal
        ? { refusal: { code: error.code, family: error.family, message: error.message } }
        : { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }) satisfies Outcome,
    ),
);
