import type { Findings } from './findings.ts';
import type { Folder } from './folder.ts';
import { linesOf } from './lines.ts';
import { parseLine, payloadPath, type PayloadLine } from './payload.ts';

/**
 * Finds payloads of the first `size` entries that `old` shows and `now` no longer does. Both were verified against the
 * same log before, so what both show is equal; only what is hidden, or gone, has to be looked for. A lawful erasure shows
 * up here as well: it is for a person to match it with the erasure's entry. Where `now` may withhold, a binder of another period
 * for instance, only what it calls erased, or leaves out without a word, was removed.
 */
export async function findRemoved(
  old: Folder,
  now: Folder,
  size: number,
  findings: Findings,
  mayWithhold = false,
): Promise<void> {
  for (let index = 0; index < size; index++) {
    const path = payloadPath(index);
    const before = await old.open(path);
    const after = await now.open(path);
    if (before === undefined) continue;
    await findings.attempt(path, async () => {
      const left = linesOf(before);
      const right = after === undefined ? undefined : linesOf(after);
      try {
        await compare(path, left, right, findings, mayWithhold);
      } finally {
        await left.return(undefined);
        await right?.return(undefined);
      }
    });
  }
}

async function compare(
  path: string,
  old: AsyncGenerator<string>,
  now: AsyncGenerator<string> | undefined,
  findings: Findings,
  mayWithhold: boolean,
): Promise<void> {
  await pull(now);
  let ahead = 0;
  let hidden = false;
  for await (const text of old) {
    if (ahead++ === 0) continue; // the envelope
    const line = parseLine(text);
    // The files of a body that is withheld are not there either.
    if (hidden && line.does === 'show-file') continue;
    let other = await pull(now);
    if (text === other) continue;
    // What was hidden may be shown now, with its files.
    while (other !== undefined && line.does !== 'show-file' && parseLine(other).does === 'show-file')
      other = await pull(now);
    if (!shows(line)) {
      if (line.does === 'withhold-all') return;
      continue;
    }
    const here = other === undefined ? undefined : parseLine(other);
    if (here !== undefined && mayWithhold && withholds(here)) {
      if (here.does === 'withhold-all') return;
      hidden = here.does === 'hide-subject';
      continue;
    }
    hidden = false;
    if (here === undefined || !shows(here) || isFile(line) !== isFile(here)) {
      findings.add(path, 'payload.removed', `${nameOf(line)} is in OLD and no longer here.`);
      return;
    }
  }
}

async function pull(lines: AsyncGenerator<string> | undefined): Promise<string | undefined> {
  const step = await lines?.next();
  return step === undefined || step.done === true ? undefined : step.value;
}

const isFile = (line: PayloadLine): boolean => line.does === 'show-file';

const withholds = (line: PayloadLine): boolean =>
  line.does === 'withhold-all' ||
  line.does === 'hide-item' ||
  (line.does === 'hide-subject' && line.why === 'withheld');

const shows = ({ does }: PayloadLine): boolean =>
  does === 'show-subject' || does === 'show-item' || does === 'refer-item' || does === 'show-file';

function nameOf(line: PayloadLine): string {
  if ('subject' in line) return `The body of subject ${JSON.stringify(line.subject)}`;
  if ('item' in line) return `The body of item ${JSON.stringify(line.item)}`;
  return 'A file';
}
