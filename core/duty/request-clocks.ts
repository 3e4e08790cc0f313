import type { At, Instant, Stored } from '../kernel/index.ts';
import { parseInstant } from '../kernel/index.ts';
import type { Obligation } from './catalog.ts';
import { LAWS, requestRules } from './catalog.ts';
import type { Clock } from './clock.ts';
import { byPress, clockAt } from './clock.ts';
import type { ClockBook } from './incident-clocks.ts';
import { decidedFor } from './incident-clocks.ts';
import { calendarFor } from './profile.ts';
import type { PrivacyRequest } from './request.ts';

export type RequestRow = Stored<typeof PrivacyRequest>;

const instant = (text: string | undefined): Instant | undefined =>
  text === undefined ? undefined : parseInstant(text);

/** Whether a rule asks that receipt be confirmed, and not that the request be answered. */
export const isConfirmation = ({ id }: Pick<Obligation, 'id'>): boolean => id.endsWith('.confirm');

/**
 * The clocks of a request as they stand at a moment: to confirm receipt, where the law asks for it, and to answer. A request that was answered was
 * confirmed by it. That nobody has decided on the law stops no clock: it is told beside it.
 */
export function requestClocks(
  book: ClockBook,
  row: Pick<RequestRow, 'law' | 'type' | 'receivedAt' | 'confirmedAt' | 'extended' | 'closedAt' | 'outcome'>,
  { asOf, zone }: Pick<At, 'asOf' | 'zone'>,
): readonly Clock[] {
  const law = LAWS[row.law];
  const profile = book['duty-profile'].history(law.id).at(-1);
  const calendar = calendarFor(law, profile, (id) => book.holidays.history(id).at(-1), zone);
  const received = instant(row.receivedAt) ?? Number.NaN;
  const decided = decidedFor(law, profile, received, calendar.zone);
  const by = (text: string | undefined): Instant | undefined => {
    const at = instant(text);
    return at === undefined || at > asOf ? undefined : at;
  };
  const closed = by(row.closedAt);
  const confirmed = [by(row.confirmedAt), closed].flatMap((at) => at ?? []).sort((a, b) => a - b)[0];
  return requestRules(row.law, row.type)
    .flatMap((obligation) => {
      const { deadline } = obligation;
      if (deadline === undefined) return [];
      const isFirst = isConfirmation(obligation);
      return clockAt(
        {
          law,
          obligation,
          deadline: deadline.says,
          within: deadline.within,
          applies:
            row.outcome === 'withdrawn' && closed !== undefined
              ? { truth: 'no', because: 'Who asked took the request back.' }
              : { truth: 'yes', because: `${law.short} gives this right.` },
          start: { at: received },
          calendar,
          isExtended: !isFirst && deadline.extension !== undefined && by(row.extended?.at) !== undefined,
          doneAt: isFirst ? confirmed : closed,
          cautions: decided.truth === 'yes' ? [] : [decided.because],
        },
        asOf,
      );
    })
    .sort(byPress);
}

/** The rule of the answer, the one that may be extended. */
export const answerRule = ({ law, type }: Pick<RequestRow, 'law' | 'type'>): Obligation | undefined =>
  requestRules(law, type).find((one) => !isConfirmation(one));
