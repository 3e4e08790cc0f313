import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Carried } from './carried.ts';
import { canonicalText, parseCanonical } from './canonical.ts';
import { hashFromHex, sha256, toHex } from './hash.ts';
import { compareIds, gatherSubjects, itemProof, ItemsRoot, verifyItemProof } from './items.ts';
import { bodyDigest, itemDigest, newSalt, saltedDigest } from './salted.ts';

describe('salted digests', () => {
  it('are the SHA-256 of salt and bytes, and differ by salt, id and body', () => {
    const salt = Buffer.alloc(16, 3);

    expect(toHex(saltedDigest(salt, Buffer.from('x')))).toBe(toHex(sha256(Buffer.concat([salt, Buffer.from('x')]))));
    expect(() => saltedDigest(Buffer.alloc(15), Buffer.from('x'))).toThrowError(
      expect.objectContaining({ code: 'salt.malformed' }),
    );
    expect(toHex(bodyDigest(salt, { b: 1, a: 2 }))).toBe(toHex(bodyDigest(salt, { a: 2, b: 1 })));
    expect(
      new Set(
        [
          itemDigest(salt, 'a', 1),
          itemDigest(salt, 'b', 1),
          itemDigest(salt, 'a', 2),
          itemDigest(newSalt(), 'a', 1),
        ].map(toHex),
      ).size,
    ).toBe(4);
  });
});

describe('a collection', () => {
  it('has a proof for each item, good for no other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.nat(), async (items, at) => {
        const digests = Array.from({ length: items }, (_, i) => sha256(Buffer.from(`item ${i}`)));
        const root = new ItemsRoot();
        digests.forEach((digest, i) => root.add(String(i).padStart(4, '0'), digest));
        const index = at % items;
        const proof = await itemProof(digests, index);
        digests.forEach((digest, i) => {
          expect(verifyItemProof(digest, index, items, proof, root.root())).toBe(i === index);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('takes ids once and in the order of their bytes', () => {
    const root = new ItemsRoot();
    const digest = Buffer.alloc(32);
    root.add('Z', digest);
    root.add('a', digest);

    expect(() => root.add('a', digest)).toThrowError(expect.objectContaining({ code: 'items.unordered' }));
    expect(() => root.add('B', digest)).toThrowError(expect.objectContaining({ code: 'items.unordered' }));
    expect(compareIds('\u{1f600}', '\uff5e')).toBe(1); // UTF-16 would say the reverse
  });

  it('remembers where an item was carried, also among many', () => {
    const carried = new Carried();
    const digest = (i: number) => sha256(Buffer.from(String(i)));
    for (let i = 0; i < 5000; i++) carried.add(`p-${i}`, digest(i), i % 97);
    carried.add('p-5', digest(5), 96);

    for (let i = 0; i < 5000; i++) expect(carried.find(`p-${i}`, digest(i))).toBe(i % 97);
    expect(carried.find('p-1', digest(2))).toBeUndefined();
  });
});

it('many subjects become a root and their number', () => {
  const subjects = Array.from({ length: 201 }, (_, i) => ({ name: `s-${i}`, digest: { sha256: '0'.repeat(64) } }));

  expect(gatherSubjects(subjects.slice(1))).toEqual({ subject: subjects.slice(1), predicate: {} });
  const { subject, predicate } = gatherSubjects(subjects);
  expect(subject).toEqual([{ name: 'subjects', digest: { sha256: predicate.subjectsRoot } }]);
  expect(predicate.subjectsCount).toBe(201);
  expect(gatherSubjects(subjects.toReversed()).predicate.subjectsRoot).not.toBe(predicate.subjectsRoot);
});

describe('canonical JSON', () => {
  it.each(['{"a":1,"a":1}', '{"b":1,"a":1}', '{ }', '1.0', '"\\u0041"', '"\\ud800"', '', '{', '1\n'])(
    '%j is refused',
    (text) => {
      expect(() => parseCanonical(text)).toThrowError(expect.objectContaining({ code: 'json.malformed' }));
    },
  );

  it('every JSON value comes back from its canonical form', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = canonicalText(value);
        expect(canonicalText(parseCanonical(text))).toBe(text);
      }),
    );
  });

  it('a digest has one spelling', () => {
    expect(() => hashFromHex('A'.repeat(64))).toThrowError(expect.objectContaining({ code: 'digest.malformed' }));
  });
});
