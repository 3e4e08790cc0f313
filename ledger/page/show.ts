import type { Answer } from '../binder/verify.ts';
import { reportOf } from '../report.ts';

/** An element with its text, set as text: nothing that a file says becomes markup. */
function element(name: string, className: string, ...inside: readonly (string | Node)[]): HTMLElement {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...inside);
  return made;
}

/** The answer for people, in the words of the command line. */
export function shown(answer: Answer): readonly HTMLElement[] {
  const { verdict, cautions, facts, times, failures } = reportOf(answer);
  const cards = [
    element(
      'section',
      answer.ok ? 'card verdict' : 'card verdict bad',
      element('h2', '', verdict),
      ...cautions.map((caution) => element('p', 'caution', caution)),
      ...facts.map((fact) => element('p', '', fact)),
      facsimile(answer),
    ),
  ];
  if (failures.length > 0) {
    const items = failures.map(({ what, means }) =>
      element('li', '', element('div', '', what), element('div', 'means', means)),
    );
    cards.push(element('section', 'card failures', element('h2', '', 'What is wrong'), element('ol', '', ...items)));
  }
  if (times.length > 0) {
    const items = times.map((time) => element('li', '', time));
    cards.push(element('section', 'card times', element('h2', '', 'When'), element('ul', '', ...items)));
  }
  return cards;
}

/** What one compares with what one was told, letter by letter. */
function facsimile({ log, trust }: Answer): HTMLElement {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Log', log?.origin],
    ['Entries', log === null ? undefined : String(log.size)],
    ['Root', log?.root],
    ['Key', trust.fingerprint ?? undefined],
  ];
  const list = element('dl', '');
  for (const [term, value] of rows)
    if (value !== undefined) list.append(element('dt', '', term), element('dd', '', value));
  return list;
}

export const refused = (code: string, message: string): HTMLElement =>
  element('section', 'card verdict bad', element('h2', '', 'Not verified.'), element('p', '', `${message} (${code})`));

export const ended = (): HTMLElement =>
  element('section', 'card', element('h2', '', 'Cancelled: nothing was verified.'));
