import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** WCAG 2.2 contrast of the palette, recomputed from the tokens in both schemes. */
const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

const TOKENS: ReadonlyMap<string, readonly [light: string, dark: string]> = new Map(
  [...css.matchAll(/--cs-([a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, [light, dark]],
  ),
);

/** Relative luminance of an sRGB colour, WCAG 2.2 §"relative luminance". */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const SCHEMES = ['light', 'dark'] as const;
const value = (name: string, scheme: (typeof SCHEMES)[number]): string => {
  const found = TOKENS.get(name);
  if (found === undefined) throw new Error(`There is no token ${name}`);
  return found[scheme === 'light' ? 0 : 1];
};

const SURFACES = ['page', 'surface', 'sunken', 'hover', 'selected'];
/** What is read, and what only its shape must be seen of. */
const TEXTS = ['text', 'text-2', 'text-3', 'ok-text', 'warn-text', 'bad-text', 'unseen-text', 'time-text', 'link'];
const MARKS = ['ok', 'warn', 'bad', 'unseen', 'time', 'edge', 'focus'];
const TINTED = ['ok', 'warn', 'bad', 'unseen', 'time'];

test('the palette is read', () => {
  expect(TOKENS.size).toBeGreaterThan(30);
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
});

describe.each(SCHEMES)('in %s', (scheme) => {
  const least = (
    names: readonly string[],
    grounds: readonly string[],
  ): readonly (readonly [string, string, number])[] =>
    names.flatMap((name) =>
      grounds.map((ground) => [name, ground, contrast(value(name, scheme), value(ground, scheme))] as const),
    );
  const below = (pairs: readonly (readonly [string, string, number])[], limit: number): readonly string[] =>
    pairs.filter(([, , ratio]) => ratio < limit).map(([a, b, ratio]) => `${a} on ${b}: ${ratio.toFixed(2)}`);

  test('text has 4.5 to 1 on every surface', () => {
    expect(below(least(TEXTS, SURFACES), 4.5)).toEqual([]);
  });

  test('text of a meaning has 4.5 to 1 on its own tint', () => {
    expect(
      below(
        TINTED.flatMap((name) => least([`${name}-text`], [`${name}-tint`])),
        4.5,
      ),
    ).toEqual([]);
  });

  test('marks, input borders and the focus ring have 3 to 1', () => {
    expect(below(least(MARKS, SURFACES), 3)).toEqual([]);
  });

  test('what stands on a solid button has 4.5 to 1', () => {
    expect(below(least(['on-solid'], ['solid', 'solid-hover']), 4.5)).toEqual([]);
  });
});
