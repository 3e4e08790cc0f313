import type { Findings } from './findings.ts';
import type { Folder } from './folder.ts';
import { linesOf } from './lines.ts';
import { parseLine, payloadPath, type PayloadLine } from './payload.ts';

/**
 * Finds payloads of the first `size` entries that `old` shows and `now` no longer does. Both were verified against the
 * same log before, so what both show is equal; only what is hidden, or gone, has to be looked for. A lawful erasure shows
 * up here as well: it is for a person to match it with the erasure's entry.
 */
export async function findRemoved(old: Folder, now: Folder, size: number, findings: Findings): Promise<void> {
  for (let index = 0; index < size; index++) {
    const path = payloadPath(index);
    const before = await old.open(path);
    const after = await now.open(path);
    if (before === undefined) continue;
    await findings.attempt(path, async () => {
      const left = linesOf(before);
      const right = after === undefined ? undefined : linesOf(after);
      try {
        await compare(path, left, right, findings);
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
): Promise<void> {
  await pull(now);
  let ahead = 0;
  for await (const text of old) {
    if (ahead++ === 0) continue; // the envelope
    let other = await pull(now);
    if (text === other) continue;
    const line = parseLine(text);
    // What was hidden may be shown now, with its files.
    while (other !== undefined && line.does !== 'show-file' && parseLine(other).does === 'show-file')
      other = await pull(now);
    if (!shows(line)) {
      if (line.does === 'withhold-all') return;
      continue;
    }
    if (other === undefined || !shows(parseLine(other)) || isFile(line) !== isFile(parseLine(other))) {
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

const shows = ({ does }: PayloadLine): boolean =>
  does === 'show-subject' || does === 'show-item' || does === 'refer-item' || does === 'show-file';

function nameOf(line: PayloadLine): string {
  if ('subject' in line) return `The body of subject ${JSON.stringify(line.subject)}`;
  if ('item' in line) return `The body of item ${JSON.stringify(line.item)}`;
  return 'A file';
}
