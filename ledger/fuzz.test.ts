import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAbout, printAbout } from './binder/about.ts';
import { parseClaimLine, printClaimLine } from './binder/claims.ts';
import { parseManifest, parseOxum } from './binder/manifest.ts';
import { foldOf, nameFor, refuseUnsafe } from './binder/path.ts';
import { printRedaction, withoutReason } from './binder/redactions.ts';
import { openSeal, signSeal } from './binder/seal.ts';
import { decodeBundle, encodeBundle } from './bundle.ts';
import { parseCanonical, textOf } from './canonical.ts';
import { parseCheckpoint, printCheckpoint } from './checkpoint.ts';
import { parseEnvelope } from './dsse.ts';
import { exampleEntries, exampleKey, exampleSigner, ORIGIN } from './example-log.ts';
import { LedgerFault } from './fault.ts';
import { EMPTY_ROOT } from './hash.ts';
import { parseVerifierKey, printVerifierKey } from './key.ts';
import { rekorDsse } from './leaf.ts';
import { parseNote, signNote } from './note.ts';
import { parseLine, printLine } from './payload.ts';
import { parseStatement } from './statement.ts';
import { parseTilePath } from './tile-path.ts';
import { parseProof } from './tlog-proof.ts';
import { parseWitnessKey, printWitnessKey } from './witness/key.ts';
import { exampleWitness } from './witness/example-witness.ts';

const [entry] = await exampleEntries(0);
const [line] = entry?.lines ?? [];
if (entry === undefined || line === undefined) throw new Error('no entries');
const hex = 'ab'.repeat(32);
const note = await signNote('a text\n', 'name', exampleSigner());
const seal = await signSeal({ bagInfo: hex, manifest: hex }, ORIGIN, exampleSigner());
const bytes = (text: string) => new TextEncoder().encode(text);
const log = { origin: ORIGIN, size: 1, root: 'AA==' };

/** Each parser with something it takes. */
const PARSERS: readonly (readonly [string, (text: string) => unknown, string])[] = [
  ['canonical JSON', parseCanonical, '{"a":[1,"x",null]}'],
  ['note', parseNote, note],
  ['checkpoint', parseCheckpoint, printCheckpoint({ origin: ORIGIN, size: 7, root: EMPTY_ROOT })],
  ['verifier key', parseVerifierKey, printVerifierKey(exampleKey())],
  ['witness key', parseWitnessKey, printWitnessKey(exampleWitness().key)],
  [
    'envelope',
    (text) => parseEnvelope(parseCanonical(text)),
    `{"payload":"AA==","payloadType":"x","signatures":[{"keyid":"${hex}","sig":"AA=="}]}`,
  ],
  ['statement', (text) => parseStatement(bytes(text)), textOf(entry.statement)],
  ['leaf', (text) => rekorDsse.parse(bytes(text)), textOf(entry.entry)],
  ['payload line', parseLine, printLine(line).trimEnd()],
  ['proof', parseProof, `c2sp.org/tlog-proof@v1\nindex 3\n\n${note}`],
  ['tile path', parseTilePath, 'tile/0/x001/234.p/7'],
  ['manifest', (text) => parseManifest(bytes(text), 'manifest'), `${hex}  data/a b\n`],
  ['Payload-Oxum', (text) => parseOxum(bytes(text)), 'Payload-Oxum: 12.3\n'],
  ['binder.json', (text) => parseAbout(bytes(text)), printAbout({ kind: 'binder', log })],
  ['seal', (text) => openSeal(text, [exampleKey()]), seal],
  [
    'claim',
    parseClaimLine,
    printClaimLine({ entry: 3, what: 'item', name: 'p-1', body: { a: 1 }, at: '2026-01-01T00:00:00Z' }).trimEnd(),
  ],
  [
    'redaction',
    withoutReason,
    printRedaction({ entry: 3, hidden: { what: 'items', items: 2 }, because: 'why' }).trimEnd(),
  ],
];

/** A text with pieces cut out, doubled, replaced: near what is right, where parsers go wrong. */
const mutated = (text: string) =>
  fc
    .array(
      fc.tuple(
        fc.nat(text.length),
        fc.nat(12),
        fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom(text, '\n', '"', '{', '=', '+', '\u0000', '\ud800')),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((edits) => edits.reduce((now, [at, cut, put]) => now.slice(0, at) + put + now.slice(at + cut), text));

const takes = (parse: (text: string) => unknown, text: string): unknown => {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof LedgerFault) return error.code;
    throw error;
  }
};

describe.each(PARSERS)('the parser of a %s', (_, parse, valid) => {
  it('takes what is right', () => expect(() => parse(valid)).not.toThrow());

  it('refuses with a code, or takes it, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(valid), fc.string(), fc.json(), fc.string({ unit: 'binary' })), (text) => {
        expect(() => takes(parse, text)).not.toThrow();
      }),
      { numRuns: 600 },
    );
  });
});

it('a bundle of any bytes is read or refused', () => {
  const valid = encodeBundle([bytes('one'), bytes('two')]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(10), fc.nat(5), (noise, at, count) => {
      const all = Uint8Array.from([...valid.subarray(0, at), ...noise]);
      expect(() => takes(() => decodeBundle(all, count), '')).not.toThrow();
    }),
  );
});

it('any name of a person’s becomes one that a binder holds, and stays itself where it can', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.constantFrom('CON', 'aux.txt', '..', '.hidden', 'a/b', 'x:y', ' ', `${'ä'.repeat(300)}.pdf`),
      ),
      (name) => {
        const made = nameFor(name);
        expect(() => refuseUnsafe(`evidence/e-1/${made}`)).not.toThrow();
        expect(nameFor(made)).toBe(made);
        expect(foldOf(foldOf(made))).toBe(foldOf(made));
      },
    ),
    { numRuns: 1000 },
  );
  expect(nameFor('Bericht März 2026.pdf')).toBe('Bericht März 2026.pdf');
});
