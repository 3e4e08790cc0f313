import { describe, expect, test } from 'vitest';
import { blocks, inlines } from './markdown.ts';

const text = (of: string) => ({ is: 'text', text: of });

describe('inside a line', () => {
  test.each([
    ['plain', [text('plain')]],
    ['**a** b', [{ is: 'strong', of: [text('a')] }, text(' b')]],
    ['*a* and `b*c*`', [{ is: 'em', of: [text('a')] }, text(' and '), { is: 'code', text: 'b*c*' }]],
    ['[x](https://example.com/a)', [{ is: 'link', href: 'https://example.com/a', of: [text('x')] }]],
    ['2 * 3 * 4', [text('2 * 3 * 4')]],
    ['snake_case_name', [text('snake_case_name')]],
    ['\\*not\\*', [text('*'), text('not'), text('*')]],
  ])('%s', (given, expected) => {
    expect(inlines(given)).toEqual(expected);
  });
});

test.each([
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  '//example.com',
  '/relative',
  '\tjavascript:alert(1)',
])('a link to %s is text', (href) => {
  expect(JSON.stringify(inlines(`[x](${href})`))).not.toContain('"link"');
});

test.each(['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<a href="javascript:x">y</a>'])(
  '%s is text as it stands',
  (given) => {
    const [block] = blocks(given);

    expect(block?.is === 'paragraph' && block.of.map((one) => ('text' in one ? one.text : '?')).join('')).toBe(given);
  },
);

describe('blocks', () => {
  test('of a policy', () => {
    const given =
      '# Title\n\nSome\ntext.\n\n- one\n- two\n  more\n\n1. first\n2. second\n\n> said\n\n---\n\n| A | B |\n|---|---|\n| 1 | **2** |\n\n```\n<b>\n```\n';

    expect(blocks(given)).toMatchObject([
      { is: 'heading', level: 1 },
      { is: 'paragraph', of: [text('Some\ntext.')] },
      { is: 'list', ordered: false, items: [[{ of: [text('one')] }], [{ of: [text('two\nmore')] }]] },
      { is: 'list', ordered: true, start: 1, items: [[{ is: 'paragraph' }], [{ is: 'paragraph' }]] },
      { is: 'quote', of: [{ is: 'paragraph' }] },
      { is: 'rule' },
      { is: 'table', head: [[text('A')], [text('B')]], rows: [[[text('1')], [{ is: 'strong' }]]] },
      { is: 'code', text: '<b>' },
    ]);
  });

  test('inside a list', () => {
    expect(blocks('- a\n  - b\n  - c\n- d')).toMatchObject([
      { is: 'list', items: [[{ is: 'paragraph' }, { is: 'list', items: [{}, {}] }], [{ is: 'paragraph' }]] },
    ]);
  });

  test('a table has as many cells in each row as in its head', () => {
    expect(blocks('| A | B |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |')).toMatchObject([
      { rows: [{ length: 2 }, { length: 2 }] },
    ]);
  });
});

test.each([
  ['deep quotes', '>'.repeat(5000)],
  ['deep lists', Array.from({ length: 2000 }, (_, i) => `${'  '.repeat(i)}- x`).join('\n')],
  ['many stars', '*'.repeat(20_000)],
  ['open brackets', '['.repeat(20_000)],
  ['a long line', 'a*b_c`'.repeat(20_000)],
  ['an open fence', '```\nx'],
])('%s are read: what goes back and forth over them would not end', (_, given) => {
  expect(blocks(given).length).toBeGreaterThan(0);
});
