import { html } from './html.ts';
import type { Markup } from './html.ts';

/** Filled: it happened. Hollow: it did not. Hatched: nobody saw. The word stands beside it always. */
const STATES: Readonly<Record<string, readonly [shape: string, tone: string, says: string]>> = {
  met: ['filled', 'ok', 'Met'],
  partly: ['half', 'warn', 'Partly'],
  unmet: ['', 'bad', 'Unmet'],
  'not-observed': ['hatched', 'unseen', 'Not observed'],
  'out-of-scope': ['dashed', 'unseen', 'Out of scope'],
  operating: ['filled', 'ok', 'Operating'],
  failing: ['', 'bad', 'Failing'],
  planned: ['dashed', 'unseen', 'Planned'],
  'no-occasion': ['dashed', 'unseen', 'No occasion'],
  yes: ['filled', 'ok', 'Operated'],
  no: ['', 'bad', 'Did not operate throughout'],
  'on-time': ['filled', 'ok', 'On time'],
  late: ['filled', 'warn', 'Late'],
  missed: ['', 'bad', 'Missed'],
  pending: ['dashed', 'unseen', 'Pending'],
  excused: ['dashed', 'unseen', 'Excused'],
  accepted: ['filled', 'ok', 'Accepted'],
  submitted: ['half', 'warn', 'Submitted, not reviewed'],
  returned: ['', 'bad', 'Returned'],
};

/** A state that is not known here is nobody’s pass: it is told as it is called, hatched. */
export function mark(state: string): Markup {
  const [shape, tone, says] = STATES[state] ?? ['hatched', 'unseen', state];
  return html`<span class="state ${tone}"><span class="mark ${shape}" aria-hidden="true"></span>${says}</span>`;
}
