import { expect, test } from 'vitest';
import { files, read } from './sources.ts';

/** What one style sheet says of a selector. */
interface Rule {
  readonly path: string;
  readonly selector: string;
  readonly says: string;
}

/** The rules of a sheet outside media queries, each selector of a list by itself. Our sheets nest nothing. */
function rulesIn(path: string, text: string): readonly Rule[] {
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, '');
  const outside = plain.replace(/@(?:media|supports|container)[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '');
  return [...outside.matchAll(/([^{}]+)\{([^{}]*)\}/g)].flatMap(([, selectors = '', says = '']) =>
    selectors.split(',').map((selector) => ({
      path,
      selector: selector.trim().replace(/\s+/g, ' '),
      says: says.trim().replace(/\s+/g, ' '),
    })),
  );
}

/** Sheets of pages stay once they were loaded: what one says of a class that another uses too changes the other's page. */
function clashes(rules: readonly Rule[]): readonly string[] {
  return [...Map.groupBy(rules, ({ selector }) => selector)].flatMap(([selector, all]) => {
    const kinds = new Set(all.map(({ says }) => says));
    const sheets = [...new Set(all.map(({ path }) => path))];
    return sheets.length > 1 && kinds.size > 1 ? [`${selector}: ${sheets.join(', ')}`] : [];
  });
}

test('two sheets that say other things of one class are found', () => {
  const [a, b, c] = [
    rulesIn('a', '.x { top: 0; } .y { left: 0; }'),
    rulesIn('b', '.x{top:1px}'),
    rulesIn('c', '.y { left: 0; }'),
  ];

  expect(clashes([...a, ...b, ...c])).toEqual(['.x: a, b']);
});

test('no page’s sheet says anything else of a class than another page’s, or than the kit’s', () => {
  const sheets = files().filter((path) => /^web\/src\/(?:pages\/.*|styles\/(?:kit|parts))\.css$/.test(path));
  const rules = sheets.flatMap((path) => rulesIn(path, read(path)));
  // The kit's second sheet completes its first.
  const ofKit = (path: string): boolean => path.startsWith('web/src/styles/');

  expect(sheets.length).toBeGreaterThan(8);
  expect(
    clashes(rules.map((rule) => (ofKit(rule.path) ? { ...rule, path: 'the kit' } : rule))).filter(
      (line) => !line.endsWith(': the kit'),
    ),
  ).toEqual([]);
});
