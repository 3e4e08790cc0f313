import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAULTS } from './fault.ts';
import { FINDINGS } from './findings.ts';
import { MEANINGS } from './meanings.ts';

/** What only those who write, publish, ask or sign are refused with: nobody who verifies meets them. */
const NOT_VERIFYING =
  /^(?:log\.|entry\.too-long|tile\.malformed|tree\.|export\.|binder\.size|request\.|memory\.|answer\.|witness\.|timestamp\.(?:unreachable|nonce|untrusted|clock)|key\.(?!malformed|untrusted)|custody\.|signer\.|bundle\.(?!malformed)|storage\.)/;

it('every code that verifying may find has its meaning', () => {
  const codes: readonly string[] = [...FINDINGS, ...FAULTS].filter((code) => !NOT_VERIFYING.test(code));

  expect(codes.filter((code) => !Object.hasOwn(MEANINGS, code))).toEqual([]);
  expect(Object.values(MEANINGS).filter((meaning) => !meaning.endsWith('.'))).toEqual([]);
});

it('the README lists them all', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');

  expect(Object.keys(MEANINGS).filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
});

it('the page that verifies has the colours of the client', () => {
  const tokensIn = (path: string) => {
    const found = new Map<string, string>();
    const sheet = readFileSync(join(import.meta.dirname, path), 'utf8');
    // What is said first holds on a screen; later ones are for print.
    for (const [, name = '', value = ''] of sheet.matchAll(/^\s*(--cs-[a-z0-9-]+):\s*([^;]+);/gm))
      if (!found.has(name)) found.set(name, value.replaceAll(/\s+/g, ' '));
    return found;
  };
  const client = tokensIn('../web/src/styles/tokens.css');
  const page = tokensIn('page/page.css');

  expect(page.size).toBeGreaterThan(20);
  expect([...page].filter(([name, value]) => client.get(name) !== value)).toEqual([]);
});
