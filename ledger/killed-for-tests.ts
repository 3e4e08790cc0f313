import { writeSync } from 'node:fs';
import { exampleSigner, ORIGIN, sourceOf } from './example-log.ts';
import { failingDisk } from './failing-disk-for-tests.ts';
import { fileStorage } from './file-storage.ts';
import { publish } from './sequencer.ts';

/**
 * A process for `faults.test.ts`: FOLDER STEP SIZE… publishes to each size in turn and says so, but kills itself, as `kill -9` does,
 * before the STEP-th step that changes the disk.
 */
const [folder = '', step = '', ...sizes] = process.argv.slice(2);
let left = Number(step);
const disk = failingDisk((kind) => {
  if (kind !== 'readdir' && kind !== 'close' && left-- === 0) process.kill(process.pid, 'SIGKILL');
});
const storage = fileStorage(folder, { disk });
for (const size of sizes.map(Number)) {
  await publish(storage, sourceOf(size), exampleSigner(), ORIGIN);
  writeSync(1, `${size}\n`);
}
