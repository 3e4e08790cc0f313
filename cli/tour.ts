import type { CommandSpec, Example } from './command.ts';
import { addEvidence, perform } from './commands/work.ts';
import { apply, exportRecords, get } from './commands/records.ts';
import { binder, proveEvidence } from './commands/binder.ts';
import { checkpoint, exportLedger, proof, verify } from './commands/log.ts';
import { collect, connect, push } from './commands/sources.ts';
import { exportFramework, importFramework, importMappings } from './commands/frameworks.ts';
import { completionOf } from './completion.ts';
import { confirmDomain, invite, signInLink } from './commands/sign-in.ts';
import { createToken, doctor, init, rebuild, rotateKeys } from './commands/operate.ts';
import { effectiveness, status } from './commands/posture.ts';
import { erase } from './commands/erase.ts';
import { gap } from './commands/gap.ts';
import { askWitness, rotateLogKey, stamp } from './commands/outside.ts';
import { overlap } from './commands/overlap.ts';
import { backup, restore } from './commands/backup.ts';
import { selfCheck } from './commands/self-check.ts';
import { roadmap } from './commands/roadmap.ts';
import { answerOfWitness, cosignFile, keygen, requestOfWitness } from './commands/witness.ts';

/** For `act` and `view`, whose own commands are made of the product's declarations. */
export const GENERIC: { readonly act: readonly Example[]; readonly view: readonly Example[] } = {
  act: [
    {
      line: `act exception.request --input '{"control":"AC-01","from":"2026-09-01","to":"2026-09-30","reason":"The directory moves to another vendor."}'`,
      says: 'any act by name, its input as JSON',
    },
  ],
  view: [
    {
      line: `view effectiveness --from 2026-01-01 --to 2026-03-31`,
      says: 'any view by name, a flag for each plain field',
    },
  ],
};

/** Every command but those of the product's acts and views, in the order in which one gets to know them. */
export const COMMANDS: readonly CommandSpec[] = [
  init,
  apply,
  get,
  perform,
  addEvidence,
  connect,
  collect,
  push,
  status,
  effectiveness,
  overlap,
  gap,
  roadmap,
  erase,
  importFramework,
  importMappings,
  exportFramework,
  exportRecords,
  checkpoint,
  proof,
  stamp,
  askWitness,
  rotateLogKey,
  exportLedger,
  binder,
  proveEvidence,
  verify,
  keygen,
  requestOfWitness,
  cosignFile,
  answerOfWitness,
  createToken,
  invite,
  signInLink,
  confirmDomain,
  rebuild,
  selfCheck,
  backup,
  restore,
  rotateKeys,
  doctor,
  completionOf(() => COMMANDS),
];

/** All examples as one tour: each works in the folder, and after what, the ones before it left. */
export const TOUR: readonly Example[] = [
  ...COMMANDS.slice(0, COMMANDS.indexOf(exportRecords)).flatMap(({ examples }) => examples),
  ...GENERIC.act,
  ...GENERIC.view,
  ...COMMANDS.slice(COMMANDS.indexOf(exportRecords)).flatMap(({ examples }) => examples),
];
