import type { Instant } from '@countersign/core/kernel/index.ts';
import type { Item } from './systems.ts';
import type { Name } from './people.ts';

/** Who does it: somebody of the story, or the operator of the machine. */
export type By = Name | 'operator';

interface Moment {
  /** When it is recorded. */
  readonly at: Instant;
  /** Unlike any other of the story: by it, what was done is not done again. */
  readonly name: string;
}

export interface Document {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type Step = Moment &
  (
    | {
        readonly is: 'act';
        readonly by: By;
        readonly act: string;
        readonly input: Readonly<Record<string, unknown>>;
        /** The field of the input that the answer of an earlier step gives. */
        readonly from?: { readonly step: string; readonly field: string; readonly as: string };
      }
    | {
        /** `evidence.add`, of a document that is uploaded first. */
        readonly is: 'evidence';
        readonly by: By;
        readonly document: Document;
        readonly input: Readonly<Record<string, unknown>>;
      }
    | { readonly is: 'source'; readonly by: By; readonly id: string }
    | {
        readonly is: 'collection';
        readonly by: By;
        readonly source: string;
        readonly header: Readonly<Record<string, unknown>>;
        /** Made when it is told: a year of them at once is more than anybody reads. */
        items(): readonly Item[];
      }
  );
