import { expect, test } from 'vitest';
import { GLOSSARY, termOf } from './terms.ts';

const terms = GLOSSARY.flatMap((section) => section.terms);

test('every term has an id of its own that a link can carry, and ends its definition with one full stop', () => {
  expect(terms.length).toBeGreaterThan(60);
  expect(new Set(terms.map(({ id }) => id)).size).toBe(terms.length);
  expect(terms.filter(({ id, says }) => !/^[a-z][a-z-]*$/.test(id) || !/[^.]\.$/.test(says))).toEqual([]);
});

test('no word stands for two things', () => {
  const words = terms.flatMap(({ term, also }) => [term, ...also].map((word) => word.toLowerCase()));

  expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([]);
});

test('what a term leads to is there', () => {
  expect(terms.flatMap(({ see }) => see).filter((id) => termOf(id) === undefined)).toEqual([]);
  expect(termOf('evidence')?.term).toBe('Evidence');
  expect(termOf('nothing')).toBeUndefined();
});
