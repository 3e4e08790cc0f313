import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signCheckpoint } from '../checkpoint.ts';
import { consistencyProof } from '../consistency.ts';
import { exampleKey, exampleSigner, leavesOf, ORIGIN, sourceOf } from '../example-log.ts';
import { LedgerFault } from '../fault.ts';
import { rootOf } from '../frontier.ts';
import { EMPTY_ROOT } from '../hash.ts';
import { memoryStorage } from '../memory-storage.ts';
import { parseNote } from '../note.ts';
import { publish } from '../sequencer.ts';
import { memoryReader } from '../subtree.ts';
import { tileReader } from '../tile-reader.ts';
import { askWitness, requestBody, type Asking, type Post } from './ask.ts';
import { addCosignatures, cosignaturesOf, printLines } from './cosignature.ts';
import { EXAMPLE_TIME, exampleWitness } from './example-witness.ts';
import { parseAnswerFile, parseRequestFile, printAnswerFile, printRequestFile } from './mail.ts';
import { LONGEST_REQUEST, parseRequest, printRequest } from './request.ts';
import { answerRequest, forgetfulMemory, toAnswer, type WitnessMemory } from './witness.ts';

const { cosigner, key } = exampleWitness();
const LARGEST = 600;
// What the formats are made of, and what has no place in them.
const ODD = fc.constantFrom(
  'a',
  'A',
  '0',
  '1',
  ' ',
  '\n',
  '\r',
  '+',
  '/',
  '=',
  '\u2014',
  '\0',
  '\u0085',
  '\ud800',
  '\u{1f511}',
);
const entries = (size: number, fork?: number) =>
  leavesOf(size).map((leaf, i) => (i === fork ? new Uint8Array(32).fill(9) : leaf));

/** The log at a size, or another history of it in which one entry differs. */
async function logAt(
  size: number,
  { fork, byte = 7, origin = ORIGIN }: { fork?: number; byte?: number; origin?: string } = {},
) {
  const leaves = entries(size, fork);
  const note = await signCheckpoint({ origin, size, root: rootOf(leaves) }, exampleSigner(byte));
  return { note, read: memoryReader(leaves), witness: [key] } satisfies Asking;
}

const answer = (body: string, memory: WitnessMemory = forgetfulMemory(), now = EXAMPLE_TIME) =>
  answerRequest(body, memory, [exampleKey()], now, cosigner);
const poster =
  (memory: WitnessMemory, now = EXAMPLE_TIME): Post =>
  async (body) =>
    toAnswer(await answer(body, memory, now));
const ask = (memory: WitnessMemory, asking: Asking) => askWitness(poster(memory), asking, EXAMPLE_TIME);

/** A memory in which `size` entries were cosigned. */
async function having(size: number): Promise<WitnessMemory> {
  const memory = forgetfulMemory();
  if (size > 0) await ask(memory, await logAt(size));
  return memory;
}

describe('a request', () => {
  // C2SP tlog-witness.md (commit 055270b), section add-checkpoint: the example request, proof and checkpoint.
  const EXAMPLE = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`;

  it('reads and prints as the specification shows', () => {
    const request = parseRequest(EXAMPLE);

    expect(request.oldSize).toBe(20_852_014);
    expect(request.proof).toHaveLength(4);
    expect(parseNote(request.note).signatures).toHaveLength(2);
    expect(printRequest(request)).toBe(EXAMPLE);
  });

  it.each([
    ['nothing', ''],
    ['no old size', EXAMPLE.replace('old', 'new')],
    ['a leading zero', EXAMPLE.replace('old 2', 'old 02')],
    ['a size past all integers', EXAMPLE.replace('old 20852014', 'old 9007199254740993')],
    ['a short hash', EXAMPLE.replace('PlRNCrwH', '')],
    ['a stray character in a hash', EXAMPLE.replace('PlRN', 'Pl-N')],
    ['no empty line', EXAMPLE.replaceAll('\n\n', '\n')],
    ['64 hashes', `old 1\n${'PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n'.repeat(64)}\nx`],
    ['more than is read', EXAMPLE + ' '.repeat(LONGEST_REQUEST)],
  ])('with %s is refused', async (_, body) => {
    expect(() => parseRequest(body)).toThrowError(expect.objectContaining({ code: 'request.malformed' }));
    expect(await answer(body)).toEqual({ outcome: 'malformed' });
  });

  it('of any bytes is answered', async () => {
    const whole = await requestBody(await logAt(5), 0);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.string({ unit: ODD, maxLength: 4 }), async (at, put) => {
        const body = whole.slice(0, at) + put + whole.slice(at + 1);
        const { outcome } = await answer(body);
        expect(outcome === 'cosigned').toBe(body === whole);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a witness', () => {
  it.each([1, 2, 255, 256, 257, LARGEST])('cosigns a log it sees for the first time, at %i', async (size) => {
    const decision = await answer(await requestBody(await logAt(size), 0));

    expect(decision).toMatchObject({ outcome: 'cosigned', checkpoint: { size } });
  });

  it('cosigns each step of a log that only grows', async () => {
    const memory = forgetfulMemory();
    let oldSize = 0;
    for (const size of [0, 0, 1, 1, 2, 7, 8, 256, 300, 300, 511]) {
      const decision = await answer(await requestBody(await logAt(size), oldSize), memory);
      expect(decision.outcome).toBe('cosigned');
      oldSize = size;
    }
    expect((await memory.latest(ORIGIN))?.size).toBe(511);
  });

  const cases: readonly (readonly [string, () => Promise<string>, string, number])[] = [
    [
      'an unknown origin',
      async () => requestBody(await logAt(9, { origin: 'log.example.com/other' }), 0),
      'unknown-origin',
      404,
    ],
    ['another key', async () => requestBody(await logAt(9, { byte: 8 }), 4), 'unsigned', 403],
    [
      'a checkpoint changed after signing',
      async () => (await requestBody(await logAt(9), 4)).replace('\n9\n', '\n8\n'),
      'unsigned',
      403,
    ],
    [
      'an extension line',
      async () => (await requestBody(await logAt(9), 4)).replace('\n9\n', '\n9\nx\n'),
      'malformed',
      400,
    ],
    [
      'an old size beyond',
      async () => printRequest({ oldSize: 10, proof: [], note: (await logAt(9)).note }),
      'old-size-beyond',
      400,
    ],
    ['another old size', async () => requestBody(await logAt(9), 3), 'conflict', 409],
    ['a smaller tree', async () => requestBody(await logAt(3), 3), 'conflict', 409],
    ['the same size with another root', async () => requestBody(await logAt(4, { fork: 2 }), 4), 'forked', 409],
    ['a second history', async () => requestBody(await logAt(9, { fork: 2 }), 4), 'inconsistent', 422],
    [
      'a proof from elsewhere',
      async () =>
        printRequest({ ...(await logAt(9)), oldSize: 4, proof: await consistencyProof((await logAt(9)).read, 5, 9) }),
      'inconsistent',
      422,
    ],
    ['no proof', async () => printRequest({ ...(await logAt(9)), oldSize: 4, proof: [] }), 'inconsistent', 422],
    [
      'a hash too many',
      async () => printRequest({ ...(await logAt(4)), oldSize: 4, proof: [EMPTY_ROOT] }),
      'inconsistent',
      422,
    ],
  ];
  it.each(cases)('answers %s, and remembers what it knew', async (_, body, outcome, status) => {
    const memory = await having(4);

    const decision = await answer(await body(), memory);

    expect(decision.outcome).toBe(outcome);
    expect(toAnswer(decision).status).toBe(status);
    expect((await memory.latest(ORIGIN))?.size).toBe(4);
  });

  it('names the size it knows as the specification says', async () => {
    const decision = await answer(await requestBody(await logAt(9), 3), await having(4));

    expect(toAnswer(decision)).toEqual({ status: 409, contentType: 'text/x.tlog.size', body: '4\n' });
  });

  it('refuses an empty tree whose root is not that of no entries', async () => {
    const note = await signCheckpoint({ origin: ORIGIN, size: 0, root: new Uint8Array(32) }, exampleSigner());

    expect((await answer(printRequest({ oldSize: 0, proof: [], note }))).outcome).toBe('inconsistent');
  });

  it('of two requests at once cosigns one', async () => {
    const memory = await having(4);
    const bodies = await Promise.all([5, 9].map(async (size) => requestBody(await logAt(size), 4)));

    const decisions = await Promise.all(bodies.map((body) => answer(body, memory)));

    expect(decisions.map(({ outcome }) => outcome).sort()).toEqual(['conflict', 'cosigned']);
  });

  it('of many requests in any order never cosigns a smaller tree after a larger one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 20 }), async (asked) => {
        const memory = forgetfulMemory();
        let largest = 0;
        for (const [a, b] of asked) {
          const [oldSize, size] = a < b ? [a, b] : [b, a];
          const decision = await answer(await requestBody(await logAt(size), oldSize), memory);
          expect(decision.outcome).toBe(oldSize === largest ? 'cosigned' : 'conflict');
          if (decision.outcome === 'cosigned') largest = size;
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('asking', () => {
  it('builds the proof from tiles and gets a line that stands under the checkpoint', async () => {
    const storage = memoryStorage();
    const memory = forgetfulMemory();
    let oldSize = 0;
    for (const size of [3, 256, 300, LARGEST]) {
      await publish(storage, sourceOf(size), exampleSigner(), ORIGIN);
      const note = Buffer.from(storage.files.get('checkpoint') ?? '').toString();
      const asking = { note, read: tileReader(storage, size), witness: [key], oldSize };

      const [obtained] = await askWitness(poster(memory), asking, EXAMPLE_TIME);

      expect(obtained).toMatchObject({ key, time: EXAMPLE_TIME });
      const cosigned = addCosignatures(note, obtained ? [obtained.line] : []);
      expect(cosignaturesOf(parseNote(cosigned), [key])).toEqual([{ by: key.name, time: EXAMPLE_TIME, key }]);
      oldSize = size;
    }
  });

  it.each([0, 2, 4, 9])('asks again from the size that the witness knows, having thought of %i', async (oldSize) => {
    const bodies: string[] = [];
    const memory = await having(4);
    const post: Post = (body) => (bodies.push(body), poster(memory)(body));

    await askWitness(post, { ...(await logAt(9)), oldSize }, EXAMPLE_TIME);

    expect(bodies.map((body) => parseRequest(body).oldSize)).toEqual(oldSize === 4 ? [4] : [oldSize, 4]);
  });

  it.each([
    ['witness.ahead', { size: 3 }],
    ['witness.forked', { size: 4, fork: 1 }],
    ['witness.forked', { size: 9, fork: 1 }],
    ['witness.unknown-log', { size: 9, origin: 'log.example.com/other' }],
    ['witness.unknown-key', { size: 9, byte: 8 }],
  ])('%s: %j', async (code, { size, ...how }) => {
    const memory = await having(4);

    await expect(ask(memory, await logAt(size, how))).rejects.toMatchObject({ code });
  });

  it.each([
    ['another witness’s line', 'cosignature.wrong', (line: string) => line.replace(key.name, 'witness.example.com/w2')],
    ['a spoiled line', 'cosignature.wrong', (line: string) => line.replace(/.{6}==/, 'AAAAAA==')],
    ['no line', 'note.malformed', () => ''],
    ['a page', 'note.malformed', () => '<html>\n'],
    ['a flood', 'witness.failed', () => 'x'.repeat(LONGEST_REQUEST + 1)],
  ])('is not taken in by %s', async (_, code, spoil) => {
    const post: Post = async (body) => {
      const answered = await poster(forgetfulMemory())(body);
      return { ...answered, body: spoil(answered.body) };
    };

    await expect(askWitness(post, await logAt(9), EXAMPLE_TIME)).rejects.toMatchObject({ code });
  });

  it('refuses a line for another checkpoint, and one whose clock is off', async () => {
    const elsewhere = await poster(forgetfulMemory())(await requestBody(await logAt(8), 0));

    await expect(askWitness(async () => elsewhere, await logAt(9), EXAMPLE_TIME)).rejects.toMatchObject({
      code: 'cosignature.wrong',
    });
    for (const now of [EXAMPLE_TIME - 601, EXAMPLE_TIME + 601])
      await expect(askWitness(poster(forgetfulMemory(), now), await logAt(9), EXAMPLE_TIME)).rejects.toMatchObject({
        code: 'witness.clock',
      });
  });

  it.each([500, 301, 429, 0])('%i is a failure of the witness', async (status) => {
    const post: Post = async () => ({ status, contentType: '', body: '' });

    await expect(askWitness(post, await logAt(9), EXAMPLE_TIME)).rejects.toMatchObject({ code: 'witness.failed' });
  });

  it('gives up on a witness that names another size each time', async () => {
    let size = 1;
    const post: Post = async () => ({ status: 409, contentType: 'text/x.tlog.size', body: `${size++}\n` });

    await expect(askWitness(post, await logAt(9), EXAMPLE_TIME)).rejects.toMatchObject({ code: 'witness.failed' });
  });
});

describe('by mail', () => {
  it('a request and its answer travel as files, whatever the mail does to the ends of lines', async () => {
    const asking = await logAt(9);
    const memory = await having(4);
    const byMail: Post = async (body) => {
      const request = printRequestFile(body).replaceAll('\n', '\r\n');
      const answered = toAnswer(await answer(parseRequestFile(request), memory));
      return parseAnswerFile(printAnswerFile(answered).replaceAll('\n', '\r\n'));
    };

    const [obtained] = await askWitness(byMail, asking, EXAMPLE_TIME);

    expect(obtained?.time).toBe(EXAMPLE_TIME);
  });

  it.each(['', 'witness-request v2\n\nold 0\n', 'x', 'witness-answer v1\nstatus 99\n\n', 'witness-answer v1\n\n'])(
    'another file is refused: %j',
    (file) => {
      expect(() => parseRequestFile(file)).toThrowError(expect.objectContaining({ code: 'request.malformed' }));
      expect(() => parseAnswerFile(file)).toThrowError(expect.objectContaining({ code: 'answer.malformed' }));
    },
  );

  it('any text is refused or read, no more', () => {
    fc.assert(
      fc.property(fc.string({ unit: ODD }), (text) => {
        for (const parse of [parseRequestFile, parseAnswerFile, parseRequest])
          for (const input of [text, `witness-request v1\n\n${text}`, `witness-answer v1\nstatus 200\n\n${text}`])
            try {
              parse(input);
            } catch (error) {
              expect(error).toBeInstanceOf(LedgerFault);
            }
      }),
    );
  });

  it('prints lines as a note ends with them', async () => {
    const decision = await answer(await requestBody(await logAt(2), 0));
    if (decision.outcome !== 'cosigned') throw new Error(decision.outcome);

    expect(toAnswer(decision).body).toBe(printLines([decision.line]));
  });
});
