import { parentPort, workerData } from 'node:worker_threads';
import type { Sheet } from '@countersign/core/control/index.ts';
import { refuseImport } from '@countersign/core/control/index.ts';
import { readCsv } from './csv.ts';
import { telling } from './thread.ts';

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

void telling(read(workerData as Reading)).then((told) => parentPort?.postMessage(told));
