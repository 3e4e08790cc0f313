import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, printCheckpoint, signCheckpoint } from '../checkpoint.ts';
import { exampleKey, exampleSigner, ORIGIN } from '../example-log.ts';
import { LedgerFault } from '../fault.ts';
import { EMPTY_ROOT } from '../hash.ts';
import { printVerifierKey } from '../key.ts';
import { parseNote, printNote } from '../note.ts';
import {
  addCosignatures,
  cosign,
  cosignaturesOf,
  parseLines,
  printLines,
  timeOf,
  verifyCosignature,
} from './cosignature.ts';
import { EXAMPLE_TIME, exampleWitness } from './example-witness.ts';
import { parseWitnessKey, printWitnessKey, witnessKey } from './key.ts';

const checkpoint = { origin: ORIGIN, size: 0, root: EMPTY_ROOT };
const text = printCheckpoint(checkpoint);
const note = await signCheckpoint(checkpoint, exampleSigner());
const { cosigner, key } = exampleWitness();
const other = exampleWitness(32, 'other.example.com');
const code = (code: string) => expect.objectContaining({ code });

describe('keys of witnesses', () => {
  // The key of a public witness, as transparency-dev/formats note_cosigv1_test.go (v0.1.1, BSD) gives it.
  const PUBLIC = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2';

  it('read and print as others write them', () => {
    expect(printWitnessKey(parseWitnessKey(PUBLIC))).toBe(PUBLIC);
    expect(printWitnessKey(parseWitnessKey(printWitnessKey(key)))).toBe(printWitnessKey(key));
    expect(key.id).not.toEqual(exampleKey(31).id);
  });

  it.each([
    ['a log’s own key', printVerifierKey(exampleKey())],
    ['another id', PUBLIC.replace('da77', 'da78')],
    ['another name', PUBLIC.replace('remora', 'remorb')],
    ['ML-DSA', PUBLIC.replace('+BO', '+Bu')],
    ['a key cut short', PUBLIC.slice(0, -4)],
    ['nothing', ''],
    ['a lone name', 'remora'],
  ])('refuse %s', (_, text) => {
    expect(() => parseWitnessKey(text)).toThrowError(code('key.malformed'));
  });

  it('refuse a name or key that is none', () => {
    expect(() => witnessKey('a b', key.publicKey)).toThrowError(code('key.malformed'));
    expect(() => witnessKey('a', new Uint8Array(31))).toThrowError(code('key.malformed'));
  });
});

describe('cosignatures', () => {
  it('say who and when, under the key of the witness only', async () => {
    const line = await cosign(text, cosigner, EXAMPLE_TIME);

    expect(verifyCosignature(text, line, key)).toBe(EXAMPLE_TIME);
    expect(() => verifyCosignature(`${text}x\n`, line, key)).toThrowError(code('cosignature.wrong'));
    expect(() => verifyCosignature(text, line, other.key)).toThrowError(code('cosignature.wrong'));
    expect(() => verifyCosignature(text, line, witnessKey(key.name, other.key.publicKey))).toThrowError(
      code('cosignature.wrong'),
    );
  });

  it('fail when any byte of them changes, the time too', async () => {
    const line = await cosign(text, cosigner, EXAMPLE_TIME);
    for (let at = 0; at < line.signature.length; at++) {
      const signature = Uint8Array.from(line.signature);
      signature[at] = (signature[at] ?? 0) ^ 1;
      expect(() => verifyCosignature(text, { ...line, signature }, key)).toThrowError(LedgerFault);
    }
  });

  it('read the time that others wrote', () => {
    // transparency-dev/formats note_cosigv1_test.go (v0.1.1, BSD): a line, and the time it names.
    const base64 =
      'ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEBYJXORmnFBOBA==';
    const [line] = parseLines(`\u2014 witness.example ${base64}\n`);
    if (line === undefined) throw new Error('no line');

    expect(timeOf(line)).toBe(1_727_964_367);
    expect(() => timeOf({ ...line, signature: line.signature.subarray(8) })).toThrowError(
      code('cosignature.malformed'),
    );
  });

  it.each([0, -1, 1.5, 2 ** 53])('name no time such as %d', async (time) => {
    await expect(cosign(text, cosigner, time)).rejects.toMatchObject({ code: 'cosignature.malformed' });
  });

  it('stand under a note that is still the log’s', async () => {
    const once = addCosignatures(note, [await cosign(text, cosigner, EXAMPLE_TIME)]);
    const twice = addCosignatures(once, [await cosign(text, other.cosigner, EXAMPLE_TIME + 5)]);
    const renewed = addCosignatures(twice, [await cosign(text, cosigner, EXAMPLE_TIME + 60)]);

    expect(twice.startsWith(note)).toBe(true);
    expect(openCheckpoint(twice, [exampleKey()]).signedBy).toEqual([exampleKey()]);
    expect(cosignaturesOf(parseNote(twice), [key])).toEqual([
      { by: key.name, time: EXAMPLE_TIME, key },
      { by: other.key.name, time: EXAMPLE_TIME + 5, key: undefined },
    ]);
    expect(cosignaturesOf(parseNote(renewed), [key, other.key]).map(({ time }) => time)).toEqual([
      EXAMPLE_TIME + 5,
      EXAMPLE_TIME + 60,
    ]);
    expect(renewed.startsWith(note)).toBe(true);
  });

  it('are refused if wrong under a known key, listed under an unknown one, passed over where they are something else', async () => {
    const line = await cosign(text.replace('0', '1'), cosigner, EXAMPLE_TIME);
    const wrong = parseNote(addCosignatures(note, [line]));
    const strange = parseNote(addCosignatures(note, [{ ...line, signature: new Uint8Array(72) }]));

    expect(() => cosignaturesOf(wrong, [key])).toThrowError(code('cosignature.wrong'));
    expect(cosignaturesOf(wrong, [other.key])).toEqual([{ by: key.name, time: EXAMPLE_TIME, key: undefined }]);
    expect(cosignaturesOf(strange, [])).toEqual([]);
    expect(() => cosignaturesOf(strange, [key])).toThrowError(code('cosignature.malformed'));
    expect(cosignaturesOf(parseNote(note), [key])).toEqual([]);
  });

  it('print as lines and come back', async () => {
    const lines = [await cosign(text, cosigner, EXAMPLE_TIME), await cosign(text, other.cosigner, EXAMPLE_TIME)];

    expect(parseLines(printLines(lines))).toEqual(lines.map((line) => parseLines(printLines([line]))[0]));
    expect(printNote({ ...parseNote(note), signatures: lines })).toBe(`${text}\n${printLines(lines)}`);
    for (const none of ['', 'x', '\n', '\n\n', '\u2014 a b\n\n'])
      expect(() => parseLines(none)).toThrowError(code('note.malformed'));
  });

  it('no text makes the parsers do anything but refuse', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('—', ' ', '\n', 'A', '+', '=') })),
        (text) => {
          for (const parse of [parseLines, parseWitnessKey])
            try {
              parse(text);
            } catch (error) {
              expect(error).toBeInstanceOf(LedgerFault);
            }
        },
      ),
      { numRuns: 500 },
    );
  });
});
