import { createHash, randomUUID } from 'node:crypto';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { render } from '../mail/letter.ts';
import { boardLetter } from '../mail/letters.ts';
import { refuseMail } from '../mail/mail.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { Organisation, Runtime } from '../runtime.ts';
import type { Documents } from './documents.ts';

export interface SendPlanAsk {
  readonly plan: string;
  readonly to: readonly string[];
  readonly note?: string;
}

export interface SentPlan {
  /** Addresses that the mail server took. */
  readonly sent: number;
  readonly refused: readonly string[];
  readonly digest: string;
}

export type SendPlan = (org: Organisation, actor: Actor, ask: SendPlanAsk) => Promise<SentPlan>;

/**
 * Sends the page for a board to addresses that somebody typed. They are used for these letters and are kept nowhere: the log gets how many there
 * were and the digest of the PDF. Whether it may be sent at all, and how often, the act says before anything goes out; it is recorded once the
 * mail server has taken it, so killed in between, a letter is out that the log lacks.
 */
export function planLetters({
  runner,
  documents,
  mailer,
}: {
  readonly runner: Runtime;
  readonly documents: Pick<Documents, 'plan'>;
  readonly mailer: Mailer;
}): SendPlan {
  /** One at a time for each organisation: the limit on letters is asked before they are sent. */
  const sending = new Map<number, Promise<unknown>>();

  async function send(org: Organisation, actor: Actor, { plan, to, note }: SendPlanAsk): Promise<SentPlan> {
    if (!mailer.isSet) throw refuseMail('none', {});
    const addresses = [...new Map(to.map((address) => [address.toLowerCase(), address])).values()];
    const { name, media, bytes, headline, organisation, printedBy } = await documents.plan(org, actor, { plan });
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const noted = (n: number) => ({ plan, addresses: n, digest });
    await runner.act(org, actor, 'plan.note-sent', noted(addresses.length), { dryRun: true });
    const letter = render(boardLetter({ organisation, sentBy: printedBy, headline, note }));
    const refused: string[] = [];
    let why = '';
    // Each gets a letter of their own: nobody reads who else got it.
    for (const address of addresses) {
      try {
        await mailer.send(address, letter, randomUUID(), { name, media, bytes });
      } catch (error) {
        refused.push(address);
        why = error instanceof Error ? error.message : String(error);
      }
    }
    const sent = addresses.length - refused.length;
    if (sent === 0) throw refuseMail('refused', { why });
    await runner.act(org, actor, 'plan.note-sent', noted(sent));
    return { sent, refused, digest };
  }

  return (org, actor, ask) => {
    const before = sending.get(org.id) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(() => send(org, actor, ask));
    sending.set(org.id, mine);
    return mine.finally(() => {
      if (sending.get(org.id) === mine) sending.delete(org.id);
    });
  };
}
