import { concat } from './bytes.ts';
import { textOf } from './canonical.ts';
import { LedgerFault } from './fault.ts';
import { LONGEST_LINE } from './payload.ts';

/** Lines of UTF-8 text, each ended by a newline, the last one too. Refuses `payload.malformed`, `json.malformed`. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let open: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      yield textOf(concat([...open, chunk.subarray(from, end)]));
      open = [];
      length = 0;
      from = end + 1;
    }
    if (from === chunk.length) continue;
    open.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > LONGEST_LINE) throw new LedgerFault('payload.malformed', 'A line is too long.');
  }
  if (length > 0) throw new LedgerFault('payload.malformed', 'The last line does not end.');
}
