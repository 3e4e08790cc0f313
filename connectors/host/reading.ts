import type { Data, Dataset, Json, Piece } from '../kit/connector.ts';
import { SourceRefusal } from '../kit/connector.ts';
import { thisMachine } from './machine.ts';
import type { Machine } from './machine.ts';

/** Tells all there is of one dataset: items, and a gap for all that it could not read. */
export type Reader = (machine: Machine) => Promise<readonly Piece[]>;
export type MachineFor = (signal: AbortSignal) => Machine;

export function item(id: string, data: Data): Piece {
  return { is: 'item', id, data };
}

export function gap(reason: string, of?: string): Piece {
  return of === undefined ? { is: 'gap', reason } : { is: 'gap', reason, item: of };
}

/** Leaves out what was not read: a field that is undefined is absent from the item. */
export function known(fields: Readonly<Record<string, Json | undefined>>): Data {
  const data: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) data[name] = value;
  return data;
}

/** A state dataset of this machine from its reader. */
export function hostDataset(
  name: string,
  says: string,
  fields: Readonly<Record<string, string>>,
  reader: Reader,
  machineFor: MachineFor = thisMachine,
): Dataset {
  return {
    name,
    mode: 'state',
    says,
    fields,
    async *collect(session) {
      if (!session.localAllowed) {
        throw new SourceRefusal(
          'source.local-only',
          'reading this machine is not allowed here (COUNTERSIGN_LOCAL_SOURCES)',
        );
      }
      if (session.signal.aborted) throw new SourceRefusal('source.stopped', 'the collection was stopped');
      yield* await reader(machineFor(session.signal));
      if (session.signal.aborted) throw new SourceRefusal('source.stopped', 'the collection was stopped');
      return {};
    },
  };
}
