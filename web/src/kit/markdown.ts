/**
 * Markdown as policies are written in it, read into blocks: headings, paragraphs, lists, tables, quotes, code, rules. HTML in it is text like
 * any other; links lead to http, https and mailto only. What is not known is a paragraph.
 */
export type Inline =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'code'; readonly text: string }
  | { readonly is: 'strong' | 'em'; readonly of: readonly Inline[] }
  | { readonly is: 'link'; readonly href: string; readonly of: readonly Inline[] }
  | { readonly is: 'break' };

export type Block =
  | { readonly is: 'heading'; readonly level: number; readonly of: readonly Inline[] }
  | { readonly is: 'paragraph'; readonly of: readonly Inline[] }
  | {
      readonly is: 'list';
      readonly ordered: boolean;
      readonly start: number;
      readonly items: readonly (readonly Block[])[];
    }
  | { readonly is: 'quote'; readonly of: readonly Block[] }
  | { readonly is: 'code'; readonly text: string }
  | {
      readonly is: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    }
  | { readonly is: 'rule' };

const SAFE = /^(?:https?:\/\/|mailto:)[^\s]+$/i;
/** How deep lists and quotes may nest; deeper ones are text. */
const DEEPEST = 8;

const plain = (text: string): readonly Inline[] => (text === '' ? [] : [{ is: 'text', text }]);

/** Tried in this order at each place; the first that fits is taken. Each looks ahead so far only: a text of open brackets must not stop the page. */
const INLINES: readonly {
  readonly at: RegExp;
  read(found: RegExpExecArray, depth: number): Inline | undefined;
}[] = [
  { at: /^\\([\\`*_{}[\]()#+\-.!|>])/, read: ([, text = '']) => ({ is: 'text', text }) },
  { at: /^`([^`\n]{1,500})`/, read: ([, text = '']) => ({ is: 'code', text }) },
  {
    at: /^\*\*([^\n]{1,500}?)\*\*(?!\*)/,
    read: ([, text = ''], depth) => ({ is: 'strong', of: inlines(text, depth) }),
  },
  { at: /^\*([^\s*][^*\n]{0,500})\*/, read: ([, text = ''], depth) => ({ is: 'em', of: inlines(text, depth) }) },
  { at: /^_([^\s_][^_\n]{0,500})_(?!\w)/, read: ([, text = ''], depth) => ({ is: 'em', of: inlines(text, depth) }) },
  {
    at: /^\[([^\]\n]{1,300})\]\(([^()\s]{1,1000})\)/,
    read: ([, text = '', href = ''], depth) =>
      SAFE.test(href) ? { is: 'link', href, of: inlines(text, depth) } : undefined,
  },
  { at: /^<(https?:\/\/[^\s<>]+)>/, read: ([, href = '']) => ({ is: 'link', href, of: plain(href) }) },
  { at: /^(?: {2,}|\\)\n/, read: () => ({ is: 'break' }) },
];

/** Where something other than text may begin. */
const NEXT = /[\\`*_[<]| {2,}\n/;

export function inlines(text: string, depth = 0): readonly Inline[] {
  if (depth > DEEPEST) return plain(text);
  const found: Inline[] = [];
  let said = '';
  let rest = text;
  const flush = (): void => {
    found.push(...plain(said));
    said = '';
  };
  scan: while (rest !== '') {
    const from = rest.search(NEXT);
    if (from < 0) break;
    said += rest.slice(0, from);
    rest = rest.slice(from);
    for (const { at, read } of INLINES) {
      const match = at.exec(rest);
      const inline = match === null ? undefined : read(match, depth + 1);
      if (match === null || inline === undefined) continue;
      flush();
      found.push(inline);
      rest = rest.slice(match[0].length);
      continue scan;
    }
    said += rest[0] ?? '';
    rest = rest.slice(1);
  }
  said += rest;
  flush();
  return found;
}

const ITEM = /^( {0,3})(?:([-*+])|(\d{1,9})[.)]) +(.*)$/;
const cells = (line: string): readonly string[] =>
  line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
const isDivider = (line: string | undefined): boolean =>
  /^\s*\|?(?:\s*:?-{3,}:?\s*\|)+\s*(?::?-{3,}:?\s*)?$/.test(line ?? '');
const begins = (line: string): boolean =>
  /^(?:#{1,6} |>|```)/.test(line) || ITEM.test(line) || /^ {0,3}(?:-{3,}|\*{3,})\s*$/.test(line);

export function blocks(text: string, depth = 0): readonly Block[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  if (depth > DEEPEST) return [{ is: 'paragraph', of: plain(text) }];
  const found: Block[] = [];
  let i = 0;
  while (i < lines.length) {
    const line = lines[i] ?? '';
    const heading = /^(#{1,6}) +(.*?)(?: +#+)?\s*$/.exec(line);
    const item = ITEM.exec(line);
    if (line.trim() === '') i += 1;
    else if (heading !== null) {
      found.push({ is: 'heading', level: heading[1]?.length ?? 1, of: inlines(heading[2] ?? '') });
      i += 1;
    } else if (line.startsWith('```')) {
      const end = lines.findIndex((other, n) => n > i && other.startsWith('```'));
      const to = end < 0 ? lines.length : end;
      found.push({ is: 'code', text: lines.slice(i + 1, to).join('\n') });
      i = to + 1;
    } else if (/^ {0,3}(?:-{3,}|\*{3,})\s*$/.test(line)) {
      found.push({ is: 'rule' });
      i += 1;
    } else if (line.startsWith('>')) {
      const quoted: string[] = [];
      for (; lines[i]?.startsWith('>') === true; i += 1) quoted.push((lines[i] ?? '').replace(/^> ?/, ''));
      found.push({ is: 'quote', of: blocks(quoted.join('\n'), depth + 1) });
    } else if (item !== null) {
      const ordered = item[3] !== undefined;
      const indent = item[1]?.length ?? 0;
      const items: string[][] = [];
      while (i < lines.length) {
        const here = ITEM.exec(lines[i] ?? '');
        const text = lines[i] ?? '';
        if (here !== null && (here[1]?.length ?? 0) < indent + 2 && (here[3] !== undefined) === ordered)
          items.push([here[4] ?? '']);
        else if (
          items.length > 0 &&
          (/^ {2,}\S/.test(text) || (text.trim() === '' && /^ {2,}\S/.test(lines[i + 1] ?? '')))
        )
          items.at(-1)?.push(text.replace(/^ {2,4}/, ''));
        else if (items.length > 0 && text.trim() !== '' && !begins(text)) items.at(-1)?.push(text);
        else break;
        i += 1;
      }
      found.push({
        is: 'list',
        ordered,
        start: Number(item[3] ?? 1),
        items: items.map((inner) => blocks(inner.join('\n'), depth + 1)),
      });
    } else if (line.includes('|') && isDivider(lines[i + 1])) {
      const head = cells(line);
      const rows: (readonly string[])[] = [];
      for (i += 2; (lines[i] ?? '').includes('|'); i += 1) rows.push(cells(lines[i] ?? ''));
      found.push({
        is: 'table',
        head: head.map((cell) => inlines(cell)),
        rows: rows.map((row) => head.map((_, n) => inlines(row[n] ?? ''))),
      });
    } else {
      const said: string[] = [line];
      for (i += 1; i < lines.length && lines[i]?.trim() !== '' && !begins(lines[i] ?? ''); i += 1)
        said.push(lines[i] ?? '');
      found.push({ is: 'paragraph', of: inlines(said.join('\n')) });
    }
  }
  return found;
}
