import { describe, expect, test } from 'vitest';
import { DEEPEST, illFormed } from './json.ts';

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

describe('a value cannot be kept for', () => {
  test.each([
    ['U+0000 in text', { a: ['x\u0000y'] }],
    ['U+0000 in a key', { a: { 'x\u0000': 1 } }],
    ['a lone high surrogate', ['\ud800']],
    ['a lone low surrogate at the end', ['x\udc00']],
    ['a lone surrogate in a key', { '\udfff': 1 }],
    ['a number that is none', { a: Number.NaN }],
    ['an infinite number', [Infinity]],
    ['nesting that serves only to exhaust', nested(DEEPEST + 1)],
    ['nesting by keys', Array.from({ length: DEEPEST + 1 }).reduce<unknown>((inner) => ({ a: inner }), 1)],
  ])('%s', (_, value) => {
    expect(illFormed(value)).toEqual(expect.any(String));
  });

  test.each([
    ['text of every plane', { '😀': ['\u{10ffff}', '\uffff', 'é', '\u0001'] }],
    ['numbers', [0, -0, 1e308, 5e-324]],
    ['nothing', null],
    ['what is not there', { a: undefined }],
    ['nesting as deep as may be', nested(DEEPEST)],
  ])('nothing, if it is %s', (_, value) => {
    expect(illFormed(value)).toBeUndefined();
  });
});
