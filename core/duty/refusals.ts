import { defineRefusals } from '../kernel/index.ts';
import type { Instant } from '../kernel/index.ts';
import { parseInstant, printInstant } from '../kernel/index.ts';

export const refuseDuty = defineRefusals('duty', {
  law: { family: 'invalid', says: (p: { law: string }) => `“${p.law}” is no law or standard that is known here.` },
  obligation: {
    family: 'invalid',
    says: (p: { obligation: string }) => `“${p.obligation}” is no obligation known here.`,
  },
  role: {
    family: 'invalid',
    says: (p: { law: string; role: string; roles: string }) => `${p.law} knows no ${p.role}; it knows: ${p.roles}.`,
  },
  basis: {
    family: 'invalid',
    says: (p: { law: string; basis: string; bases: string }) =>
      p.bases === ''
        ? `${p.law} asks for no lawful basis.`
        : `${p.law} knows no basis “${p.basis}”; it knows: ${p.bases}.`,
  },
  twice: { family: 'invalid', says: (p: { what: string }) => `${p.what} is given twice.` },
  future: {
    family: 'invalid',
    says: (p: { what: string; at: string }) => `${p.what} cannot be later than now: ${p.at}.`,
  },
  order: {
    family: 'invalid',
    says: (p: { what: string; at: string; before: string; on: string }) =>
      `${p.what} on ${p.at} would lie before ${p.before} on ${p.on}.`,
  },
  contradiction: { family: 'invalid', says: (p: { says: string }) => p.says },
  type: {
    family: 'invalid',
    says: (p: { law: string; type: string }) =>
      `${p.law} gives no right to “${p.type}”: name the law that does, or another request.`,
  },
  extended: {
    family: 'unmet',
    says: (p: { request: string }) => `${p.request} was extended already; the law allows it once.`,
  },
  'not-extendable': { family: 'unmet', says: (p: { law: string }) => `${p.law} allows no extension of this request.` },
  'extension-late': {
    family: 'unmet',
    says: (p: { due: string }) => `An extension is told within the first period, which ended ${p.due}.`,
  },
  identity: {
    family: 'unmet',
    says: (p: { request: string }) =>
      `Who asked ${p.request} is not confirmed. Confirm it before data is handed over or changed, or refuse with the reason.`,
  },
  confirmed: { family: 'unmet', says: (p: { request: string }) => `${p.request} was confirmed already.` },
  running: {
    family: 'unmet',
    says: (p: { clocks: string }) =>
      `Clocks run or rest on facts that are not known: ${p.clocks}. Record what was notified, or settle the facts, before closing.`,
  },
  own: {
    family: 'unmet',
    says: (p: { person: string }) => `${p.person} wrote or submitted this assessment; another person decides on it.`,
  },
  empty: { family: 'unmet', says: (_: object) => 'An assessment names at least one risk before it is submitted.' },
  stay: {
    family: 'invalid',
    says: (p: { risk: string }) => `“${p.risk}” stays high: it may go on only after the authority was asked.`,
  },
});

/**
 * An instant that was stated, which may not lie in the future.
 *
 * @throws Refusal `duty.future`
 */
export function past(text: string, now: Instant, what: string, field: string): Instant {
  const at = parseInstant(text);
  if (at === undefined || at > now) throw refuseDuty('future', { what, at: text }, [field]);
  return at;
}

/** @throws Refusal `duty.order` if it lies before another */
export function notBefore(at: Instant, first: Instant, what: string, before: string, field: string): void {
  if (at < first) throw refuseDuty('order', { what, at: printInstant(at), before, on: printInstant(first) }, [field]);
}
