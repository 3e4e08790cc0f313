import { asObject, canonicalText, parseCanonical } from '../canonical.ts';
import { LedgerFault } from '../fault.ts';
import type { Findings } from '../findings.ts';
import type { Folder } from '../folder.ts';
import { linesOf } from '../lines.ts';
import type { Hidden } from '../payload-check.ts';

export const REDACTIONS = 'data/redactions.ndjson';

/**
 * A line of `data/redactions.ndjson`: something of an entry that is not shown. `because` is the company's own word for why, and the one thing
 * here that the log does not bear out.
 */
export interface Redaction {
  readonly entry: number;
  readonly hidden: Hidden;
  readonly because?: string;
}

export function printRedaction({ entry, hidden, because }: Redaction): string {
  const why = hidden.what === 'subject' ? hidden.why : 'withheld';
  return `${canonicalText({
    entry,
    why,
    ...(hidden.what === 'subject' && { subject: hidden.subject }),
    ...(hidden.what === 'items' && { items: hidden.items }),
    ...(because !== undefined && { because }),
  })}\n`;
}

/** The line without its reason: what can be compared. Refuses `redaction.malformed`, `json.…`. */
export function withoutReason(text: string): string {
  const { because, ...line } = asObject(parseCanonical(text)) ?? {};
  if ((because !== undefined && typeof because !== 'string') || typeof line['entry'] !== 'number')
    throw new LedgerFault('redaction.malformed', 'A line is no redaction.');
  return `${canonicalText(line)}\n`;
}

/** Compares the list with what the log is found to hide, line by line as the log is read: neither may have more. */
export class Redactions {
  readonly #lines: AsyncGenerator<string> | undefined;
  readonly #findings: Findings;
  #line = 0;
  #broken = false;

  private constructor(lines: AsyncGenerator<string> | undefined, findings: Findings) {
    this.#lines = lines;
    this.#findings = findings;
  }

  static async open(folder: Folder, findings: Findings): Promise<Redactions> {
    const chunks = await findings.attempt(REDACTIONS, () => folder.open(REDACTIONS));
    return new Redactions(chunks && linesOf(chunks), findings);
  }

  async hides(entry: number, hidden: Hidden): Promise<void> {
    if (this.#broken) return;
    const due = printRedaction({ entry, hidden });
    const found = await this.#next();
    if (found !== due) this.#differs(`Line ${this.#line} is not what is hidden of entry ${entry}.`);
  }

  async close(): Promise<void> {
    if (!this.#broken && (await this.#next()) !== undefined)
      this.#differs(`Line ${this.#line} names something that the log shows.`);
    await this.#lines?.return(undefined);
  }

  #differs(message: string): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#findings.add(REDACTIONS, 'redaction.differs', message);
  }

  async #next(): Promise<string | undefined> {
    this.#line++;
    try {
      const step = await this.#lines?.next();
      return step === undefined || step.done === true ? undefined : withoutReason(step.value);
    } catch (error) {
      this.#broken = true;
      this.#findings.catch(REDACTIONS, error);
      return undefined;
    }
  }
}
