import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consistencyProof } from './consistency.ts';
import { exampleKey, exampleSigner, ORIGIN, sourceOf } from './example-log.ts';
import { printVerifierKey } from './key.ts';
import { memoryStorage } from './memory-storage.ts';
import { publish } from './sequencer.ts';
import { tileReader } from './tile-reader.ts';
import { proofFor } from './tlog-proof.ts';

// A verifier we did not write: Go's checksum database uses the same formats. Needs `go` and its module cache or proxy.
const CHECKER = `package main

import ("encoding/base64"; "encoding/json"; "fmt"; "os"; "strings"
	"golang.org/x/mod/sumdb/note"; "golang.org/x/mod/sumdb/tlog")

type input struct { Key, Proof, Entry, Old string; OldSize int64; Consistency []string }

func must(err error) { if err != nil { fmt.Println("refused:", err); os.Exit(3) } }
func hash(s string) (h tlog.Hash) { b, err := base64.StdEncoding.DecodeString(s); must(err); copy(h[:], b); return }
func hashes(lines []string) (all []tlog.Hash) { for _, l := range lines { all = append(all, hash(l)) }; return }

func main() {
	var in input
	must(json.NewDecoder(os.Stdin).Decode(&in))
	head, signed, _ := strings.Cut(in.Proof, "\\n\\n")
	lines := strings.Split(head, "\\n")
	verifier, err := note.NewVerifier(in.Key)
	must(err)
	opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
	must(err)
	body := strings.Split(opened.Text, "\\n")
	var size, index int64
	fmt.Sscan(body[1], &size)
	fmt.Sscanf(lines[1], "index %d", &index)
	must(tlog.CheckRecord(tlog.RecordProof(hashes(lines[2:])), size, hash(body[2]), index, tlog.RecordHash([]byte(in.Entry))))
	must(tlog.CheckTree(tlog.TreeProof(hashes(in.Consistency)), size, hash(body[2]), in.OldSize, hash(in.Old)))
	fmt.Println("accepted")
}
`;
const MODULE = 'module checker\n\ngo 1.21\n\nrequire golang.org/x/mod v0.20.0\n';
const SUMS = `golang.org/x/mod v0.20.0 h1:utOm6MM3R3dnawAiJgn0y+xvuYRsm1RKM/4giyfDgV0=
golang.org/x/mod v0.20.0/go.mod h1:hTbmBsO62+eylJbnUtE2MGJUyE7QWk4xUqPFrRgJ+7c=
`;

const folder = await mkdtemp(join(tmpdir(), 'ledger-go-'));
const checker = join(folder, 'checker');
let missing: string | undefined;

beforeAll(async () => {
  await writeFile(join(folder, 'main.go'), CHECKER);
  await writeFile(join(folder, 'go.mod'), MODULE);
  await writeFile(join(folder, 'go.sum'), SUMS);
  const built = spawnSync('go', ['build', '-o', checker, '.'], { cwd: folder, timeout: 90_000, encoding: 'utf8' });
  if (built.status !== 0) missing = built.error ? 'Go is not installed' : 'golang.org/x/mod cannot be had here';
}, 100_000);

afterAll(() => rm(folder, { recursive: true }));

describe('Go x/mod/sumdb', () => {
  it.for([1, 2, 255, 256, 257, 1000])(
    'accepts checkpoint, inclusion and consistency at size %i, and nothing else',
    async (size, { skip }) => {
      skip(missing !== undefined, `left out: ${missing}`);
      const storage = memoryStorage();
      const oldSize = Math.ceil(size / 3);
      const old = await publish(storage, sourceOf(oldSize), exampleSigner(), ORIGIN);
      await publish(storage, sourceOf(size), exampleSigner(), ORIGIN);
      const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
      const input = {
        Key: printVerifierKey(exampleKey()),
        Proof: await proofFor(storage, size - 1),
        Entry: `entry ${size - 1}`,
        Old: base64(old.root),
        OldSize: oldSize,
        Consistency: (await consistencyProof(tileReader(storage, size), oldSize, size)).map(base64),
      };
      const ask = (changed: object) =>
        spawnSync(checker, { input: JSON.stringify({ ...input, ...changed }), encoding: 'utf8' }).stdout.trim();

      expect(ask({})).toBe('accepted');
      expect(ask({ Entry: 'entry x' })).toMatch(/^refused/);
      expect(ask({ Key: printVerifierKey(exampleKey(8)) })).toMatch(/^refused/);
      expect(ask({ Old: base64(Buffer.alloc(32)) })).toMatch(/^refused/);
    },
  );
});
