/** Text as HTML, also within an attribute. */
export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** A template whose values are text: what is HTML already comes as `Markup`. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Markup[];

const printed = (value: Value): string =>
  value instanceof Markup
    ? value.text
    : typeof value === 'object'
      ? value.map(({ text }) => text).join('')
      : escaped(String(value));

export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(parts.reduce((text, part, i) => text + printed(values[i - 1] ?? '') + part));

export const NOTHING = new Markup('');

/** A relative address, each part of the path encoded. */
export const addressOf = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`;

export const words = (text: string): string => text.replaceAll('-', ' ');
