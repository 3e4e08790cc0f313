import { describe, expect, test } from 'vitest';
import { files, read } from './sources.ts';

/** What no text of ours says, each with why. */
const FORBIDDEN: readonly { readonly words: RegExp; readonly because: string; readonly says: readonly string[] }[] = [
  {
    words: /SOC[ -]?2[ -](?:type [12] )?certif|certified (?:\w+ )?(?:for|against|to) SOC/i,
    because: 'a SOC 2 report is an attestation, and nobody is certified by it',
    says: ['SOC 2 certified', 'your SOC2 certification', 'certified against SOC 2', 'SOC 2 Type 2 certified'],
  },
  {
    words:
      /(?:pass(?:ed|es|ing)?|fail(?:ed|s|ing)?) (?:(?:the|an|your|its|this|a) )?(?:\w+ )?audits?\b|audit (?:was )?(?:passed|failed)/i,
    because: 'an audit is not passed or failed: an auditor concludes, a certification body decides',
    says: ['You passed the audit', 'audit passed', 'pass your SOC2 audit', 'passes audits'],
  },
  {
    words:
      /(?:100 ?%|fully|completely|always|automatically|guaranteed?) complian(?:t|ce)|guarantees? (?:\w+ )?compliance/i,
    because: 'the product computes facts; it never concludes',
    says: ['100 % compliant', '100% compliant', 'fully compliant', 'guarantees your compliance'],
  },
  {
    words: /tamper-?proof|unhackable|unbreakable|impossible to (?:alter|change|forge)|(?:bank|military)-grade/i,
    because: 'a log shows order; without a witness outside it shows no more',
    says: ['a tamper-proof log', 'impossible to forge', 'military-grade encryption'],
  },
  {
    words:
      /\bsuccessful(?:ly)?\b|\b(?:wh)?oops\b|something went wrong|an? (?:\w+ )?error (?:has )?occurred|\bplease\b/i,
    because: 'say what happened, and what to do',
    says: ['Saved successfully', 'Oops!', 'Something went wrong', 'An unexpected error occurred', 'Please wait'],
  },
  {
    words:
      /\bseamless(?:ly)?\b|\bleverag(?:e|ing)\b|cutting-edge|world-class|best-in-class|state[- ]of[- ]the[- ]art|\bblazing\b|effortless/i,
    because: 'praise is no fact',
    says: ['seamless integration', 'leverage AI', 'blazing fast', 'a state-of-the-art platform'],
  },
];

/** Whatever a person may come to read. Licences and vectors are the words of others. */
const texts = files().filter(
  (path) =>
    /\.(?:ts|tsx|mjs|js|sql|md|yaml|yml|html|css)$|^catalogs\/.*\.json$|^docs\/.*\.json$/.test(path) &&
    path !== 'tools/words.test.ts',
);

function hits(words: RegExp): readonly string[] {
  return texts.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, i) => (words.test(line) ? [`${path}:${i + 1} ${words.exec(line)?.[0]}`] : [])),
  );
}

test('there are texts of every kind to look at', () => {
  const kinds = [
    /^catalogs\/.*\.json$/,
    /^core\/.*\.ts$/,
    /^server\/.*\.ts$/,
    /^cli\/.*\.ts$/,
    /^docs\/.*\.md$/,
    /README\.md$/,
  ];

  expect(kinds.map((kind) => texts.some((path) => kind.test(path)))).toEqual(kinds.map(() => true));
  expect(texts.length).toBeGreaterThan(200);
});

describe.each(FORBIDDEN)('$because', ({ words, says }) => {
  test.each(says)('“%s” would be found', (text) => {
    expect(words.test(text)).toBe(true);
  });

  test('no text of ours says it', () => {
    expect(hits(words)).toEqual([]);
  });
});

test.each([
  'checks that passed',
  'the audit began in March',
  'an auditor’s conclusion',
  'ISO/IEC 27001 certificate',
  'the check fails; the auditor asks',
  'successor',
])('“%s” is not forbidden', (text) => {
  expect(FORBIDDEN.filter(({ words }) => words.test(text))).toEqual([]);
});
