/** A letter as it is meant; both forms of the mail are made of it, so that they say the same. */
export interface Letter {
  readonly subject: string;
  readonly greeting: string;
  readonly says: readonly string[];
  readonly sections?: readonly { readonly title: string; readonly lines: readonly Line[] }[];
  readonly link?: { readonly says: string; readonly url: string };
  readonly foot: readonly string[];
}

export interface Line {
  readonly says: string;
  readonly url?: string;
}

export interface Rendered {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** One line: a header may not be continued by what somebody named a control. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

const escape = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const isWeb = (url: string): boolean => /^https?:\/\//.test(url);

const anchor = (says: string, url: string | undefined): string =>
  url !== undefined && isWeb(url) ? `<a href="${escape(url)}">${escape(says)}</a>` : escape(says);

/** Plain text, and HTML of paragraphs and lists without picture, script or anything that is fetched. */
export function render({ subject, greeting, says, sections = [], link, foot }: Letter): Rendered {
  const text = [
    greeting,
    ...says,
    ...sections.map(({ title, lines }) =>
      [title, ...lines.map((line) => `- ${oneLine(line.says)}${line.url === undefined ? '' : `\n  ${line.url}`}`)].join(
        '\n',
      ),
    ),
    ...(link === undefined ? [] : [`${link.says}:\n${link.url}`]),
    `-- \n${foot.join('\n')}`,
  ].join('\n\n');
  const html = [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"></head><body style="font:15px/1.5 sans-serif;max-width:38em">',
    `<p>${escape(greeting)}</p>`,
    ...says.map((paragraph) => `<p>${escape(paragraph)}</p>`),
    ...sections.map(
      ({ title, lines }) =>
        `<h2 style="font-size:16px">${escape(title)}</h2><ul>${lines.map((line) => `<li>${anchor(line.says, line.url)}</li>`).join('')}</ul>`,
    ),
    ...(link === undefined ? [] : [`<p>${anchor(link.says, link.url)}</p>`]),
    `<hr><p style="font-size:13px">${foot.map(escape).join('<br>')}</p></body></html>`,
  ].join('\n');
  return { subject: oneLine(subject).slice(0, 200), text: `${text}\n`, html };
}
