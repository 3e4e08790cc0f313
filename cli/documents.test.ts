import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kettles } from '@countersign/api/testing/product.ts';
import { fileOf } from './commands/records.ts';
import { readText } from './documents.ts';

describe('a record file', () => {
  it.each<[string, string, string, number, number]>([
    ['an alias', 'kind: a\nid: b\nx: &x [1]\ny: *x\n', 'input.alias', 4, 4],
    [
      'an alias bomb',
      `kind: a\nid: b\na: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
        .split('')
        .map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`)
        .join('\n')}\n`,
      'input.alias',
      4,
      8,
    ],
    ['a tag', 'kind: a\nid: b\nx: !!js/function "x"\n', 'input.tag', 3, 4],
    ['a key given twice', 'kind: a\nid: b\nkind: c\n', 'input.syntax', 3, 1],
    ['a broken line', 'kind: a\nid: [b\n', 'input.syntax', 3, 1],
    ['a scalar', 'kind\n', 'input.record', 1, 1],
    ['a record without id', '---\nkind: a\n', 'input.record', 2, 1],
    ['a list with something else in it', '- kind: a\n  id: b\n- 7\n', 'input.record', 3, 3],
    ['U+0000', 'kind: a\nid: "b\\0"\n', 'input.text', 1, 1],
    ['a lone surrogate', 'kind: a\nid: "b\\ud800"\n', 'input.text', 1, 1],
    ['too many levels', `kind: a\nid: b\nx: ${'['.repeat(90)}${']'.repeat(90)}\n`, 'input.text', 1, 1],
    ['a number beyond all', 'kind: a\nid: b\nx: .inf\n', 'input.text', 1, 1],
    ['a key that is no text', 'kind: a\nid: b\n? [x]\n: y\n', 'input.syntax', 3, 3],
  ])('is refused for %s', (_, text, code, line, column) => {
    expect(() => readText('f.yaml', text)).toThrow(
      expect.objectContaining({ code, at: { file: 'f.yaml', line, column } }),
    );
  });

  it('holds several documents, lists of records, and nothing', () => {
    const text = '# nothing yet\n---\nkind: a\nid: b\n---\n- kind: c\n  id: d\n- {kind: e, id: f}\n---\n';

    expect(readText('f', text).map(({ value }) => value)).toEqual([
      { kind: 'a', id: 'b' },
      { kind: 'c', id: 'd' },
      { kind: 'e', id: 'f' },
    ]);
  });

  it('takes dates and words as text, not as dates and truths', () => {
    const [record] = readText('f', 'kind: a\nid: b\non: 2026-01-01\nword: yes\nmerge: {<<: 1}\n');

    expect(record?.value).toEqual({ kind: 'a', id: 'b', on: '2026-01-01', word: 'yes', merge: { '<<': 1 } });
  });

  it('does not set the prototype of what it reads', () => {
    const [record] = readText('f', 'kind: a\nid: b\n__proto__: {admin: true}\n');

    expect(Object.getPrototypeOf(record?.value)).toBe(Object.prototype);
    expect(JSON.stringify(record?.value)).toContain('__proto__');
  });

  it.each([
    [['title'], 3, 1],
    [['parts', 'lid', 'made'], 6, 5],
    [['labels', 1], 9, 5],
    [['labels', 9], 7, 1],
    [['nothing'], 1, 1],
    [[], 1, 1],
  ])('knows where %j stands', (path, line, column) => {
    const [record] = readText(
      'f',
      'kind: kettle\nid: k\ntitle: K\nparts:\n  lid:\n    made: 2026-01-01\nlabels:\n  - a\n  - b\n',
    );

    expect(record?.place(path)).toEqual({ file: 'f', line, column });
  });
});

it('what is exported reads back as it was, whatever the text', () => {
  const def = kettles().records.get('kettle');
  if (def === undefined) throw new Error('There is no kettle');
  const tricky = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      'yes',
      'null',
      '~',
      '1e3',
      '0x1f',
      '.inf',
      '2026-01-01',
      '- a',
      '# b',
      'a: b',
      '*x',
      '&x',
      '!!y',
      ' a',
      'a\n\nb\n',
      '\t',
      "'",
      '"',
      '%',
      '---',
    ),
  );

  fc.assert(
    fc.property(
      tricky,
      fc.array(tricky),
      fc.dictionary(tricky, fc.record({ made: tricky })),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (title, labels, parts, litres) => {
        fc.pre(
          [title, ...labels, ...Object.keys(parts), ...Object.values(parts).map(({ made }) => made)].every(
            (text) => text.isWellFormed() && !text.includes('\0'),
          ),
        );
        const row = { kind: 'kettle', id: 'k', version: 1, head: 1, title, litres, labels, parts };

        const [record] = readText('f', fileOf(def, row));

        // As JSON, for that is how it goes back: −0 is 0 there.
        expect(JSON.parse(JSON.stringify(record?.value))).toEqual(
          JSON.parse(JSON.stringify({ kind: 'kettle', id: 'k', title, litres, labels, parts })),
        );
      },
    ),
    { numRuns: 200 },
  );
});
