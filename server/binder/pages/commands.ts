import { payloadPath } from '@countersign/ledger/index.ts';
import type { Bound } from './bound.ts';

/** Something to type, and how it ends where all is as it should be. A test runs every one on a real binder. */
export interface Command {
  readonly id: string;
  readonly run: string;
  /** 0, or what it must end with to show that the check can fail. */
  readonly exit: number;
}

export interface Step {
  readonly id: string;
  readonly title: string;
  /** What it shows, and what it does not. */
  readonly says: string;
  readonly commands: readonly Command[];
  readonly files?: readonly { readonly name: string; readonly text: string }[];
}

const CHECK = '../check';

const does = (id: string, run: string): Command => ({ id, run, exit: 0 });
const fails = (id: string, run: string): Command => ({ id, run, exit: 1 });

const bytes: Step = {
  id: 'bytes',
  title: 'Every file is the one that was packed',
  says: 'SHA-256 of each file against the list in the binder. It shows damage and changes by somebody who did not write the list anew; the seal below is against those.',
  commands: [
    does('sums', 'sha256sum -c --quiet manifest-sha256.txt && sha256sum -c --quiet tagmanifest-sha256.txt'),
    fails('sums-fail', "sed '1s/^......../00000000/' manifest-sha256.txt | sha256sum -c --quiet"),
  ],
};

const key = ({ key: { fingerprint } }: Bound): Step => ({
  id: 'key',
  title: 'Whose key it is',
  says: `The key came with the binder, so by itself it shows nothing. Its fingerprint must be the one that the company told you by another way; here it is ${fingerprint}. All that follows is worth as much as this comparison. What is made on the way goes beside the folder: a file more in it would be a file too many.`,
  commands: [
    does(
      'key',
      `mkdir -p ${CHECK}
head -n 1 data/log/key.vkey | cut -d+ -f3- | base64 -d | tail -c 32 > ${CHECK}/key.raw
{ printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'; cat ${CHECK}/key.raw; } > ${CHECK}/key.der
openssl pkey -pubin -inform DER -in ${CHECK}/key.der -out ${CHECK}/key.pem
openssl dgst -sha256 ${CHECK}/key.der`,
    ),
    does('fingerprint', `echo "${fingerprint}  ${CHECK}/key.der" | sha256sum -c`),
    fails('fingerprint-fail', `echo "${fingerprint}  ${CHECK}/key.pem" | sha256sum -c`),
  ],
});

const checkpoint: Step = {
  id: 'checkpoint',
  title: 'The log and the list of files are signed with it',
  says: 'The checkpoint is three lines (name, size and root of the log) and a signature by Ed25519; the seal is signed in the same way and names the list of files by its digest.',
  commands: [
    does(
      'checkpoint',
      `sed '/^$/,$d' data/log/checkpoint > ${CHECK}/checkpoint.txt
grep '^— ' data/log/checkpoint | head -n 1 | cut -d' ' -f3 | base64 -d | tail -c 64 > ${CHECK}/checkpoint.sig
openssl pkeyutl -verify -rawin -pubin -inkey ${CHECK}/key.pem -in ${CHECK}/checkpoint.txt -sigfile ${CHECK}/checkpoint.sig`,
    ),
    fails(
      'checkpoint-fail',
      `sed '2s/$/0/' ${CHECK}/checkpoint.txt > ${CHECK}/other.txt
openssl pkeyutl -verify -rawin -pubin -inkey ${CHECK}/key.pem -in ${CHECK}/other.txt -sigfile ${CHECK}/checkpoint.sig`,
    ),
    does(
      'seal',
      `sed '/^$/,$d' seal.note > ${CHECK}/seal.txt
grep '^— ' seal.note | head -n 1 | cut -d' ' -f3 | base64 -d | tail -c 64 > ${CHECK}/seal.sig
openssl pkeyutl -verify -rawin -pubin -inkey ${CHECK}/key.pem -in ${CHECK}/seal.txt -sigfile ${CHECK}/seal.sig
grep "^manifest $(sha256sum < manifest-sha256.txt | cut -d' ' -f1)$" ${CHECK}/seal.txt`,
    ),
    fails('seal-fail', `grep "^manifest $(sha256sum < bag-info.txt | cut -d' ' -f1)$" ${CHECK}/seal.txt`),
  ],
};

/** In `sh`, since names may hold anything that a binder takes: no quote is among them that ends a single-quoted word but `'`. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function document({ placed }: Bound): Step | undefined {
  const one = placed.find(({ path, isFirst }) => path !== undefined && isFirst);
  if (one?.path === undefined) return undefined;
  const payload = `data/log/${payloadPath(one.entry)}`;
  const line = `grep -F '"subject":"evidence/${one.id}@' ${payload} | head -n 1`;
  return {
    id: 'document',
    title: 'A document is the one that was logged',
    says: `By the example of ${one.id}, filed with entry ${one.entry}. The record of it quotes the digest of the file; the statement that was signed quotes a digest of the record, with a salt before it; the entry of the log is a digest of that statement. The same goes for any other, and for facts.`,
    commands: [
      does(
        'document',
        `${line} | grep "$(sha256sum < ${quoted(`data/${one.path}`)} | cut -d' ' -f1)" > ${CHECK}/line.json
body=$(sed 's/^{"body":\\(.*\\),"salt":"[^"]*","subject":"[^"]*"}$/\\1/' ${CHECK}/line.json)
salt=$(sed 's/^.*,"salt":"\\([^"]*\\)","subject":"[^"]*"}$/\\1/' ${CHECK}/line.json)
digest=$({ printf %s "$salt" | base64 -d; printf %s "$body"; } | sha256sum | cut -d' ' -f1)
head -n 1 ${payload} | sed 's/.*"payload":"\\([^"]*\\)".*/\\1/' | base64 -d > ${CHECK}/statement.json
grep -o "$digest" ${CHECK}/statement.json`,
      ),
      fails('document-fail', `${line} | grep "$(sha256sum < bag-info.txt | cut -d' ' -f1)"`),
    ],
  };
}

/** Tokens of authorities, where there are any: `seen/<size>/<authority>.tsr`. */
const time = (tokens: Bound['tokens']): Step => ({
  id: 'time',
  title: 'It was there at a time that somebody else states',
  says:
    tokens.length === 0
      ? 'No time-stamp authority has stamped this log as it is here. There is nothing to check: when it was written is the company’s own word.'
      : 'The certificates in the binder are those that the company names, shown and never trusted: take the root of the authority from the authority itself. A token is over the bytes of a checkpoint, so all entries below its size were there.',
  commands: tokens.flatMap(({ token, checkpoint, roots }, i) => [
    does(
      `time-${i}`,
      `openssl ts -verify -data ${quoted(`data/log/${checkpoint}`)} -in ${quoted(`data/log/${token}`)} -CAfile ${quoted(`data/log/${roots}`)}`,
    ),
    fails(
      `time-${i}-fail`,
      `openssl ts -verify -data bag-info.txt -in ${quoted(`data/log/${token}`)} -CAfile ${quoted(`data/log/${roots}`)}`,
    ),
  ]),
});

const PROGRAM = `package main

// Checks a log and the proofs beside it with the packages that Go checks its own modules with.
// Usage: check KEYFILE FOLDER, where FOLDER holds log/ and proofs/.

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func hash(text string) (h tlog.Hash) {
	bytes, err := base64.StdEncoding.DecodeString(text)
	must(err)
	copy(h[:], bytes)
	return
}

func open(text []byte, verifier note.Verifier) (size int64, root tlog.Hash) {
	signed, err := note.Open(text, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(signed.Text, "\\n")
	fmt.Sscan(lines[1], &size)
	return size, hash(lines[2])
}

// The entries of the log, bundle after bundle of 256, each behind its length in two bytes.
func entries(folder string, size int64) (all [][]byte) {
	for n := int64(0); n*256 < size; n++ {
		path := fmt.Sprintf("%03d", n%1000)
		for rest := n / 1000; rest > 0; rest /= 1000 {
			path = fmt.Sprintf("x%03d/%s", rest%1000, path)
		}
		path = filepath.Join(folder, "log", "tile", "entries", path)
		if left := size - n*256; left < 256 {
			path = filepath.Join(path+".p", fmt.Sprint(left))
		}
		bundle, err := os.ReadFile(path)
		must(err)
		for len(bundle) > 2 {
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			if end > len(bundle) {
				must(fmt.Errorf("%s ends inside an entry", path))
			}
			all = append(all, bundle[2:end])
			bundle = bundle[end:]
		}
	}
	return
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) (found []tlog.Hash, err error) {
	for _, index := range indexes {
		found = append(found, s[index])
	}
	return
}

func main() {
	key, err := os.ReadFile(os.Args[1])
	must(err)
	verifier, err := note.NewVerifier(strings.SplitN(string(key), "\\n", 2)[0])
	must(err)
	folder := os.Args[2]
	checkpoint, err := os.ReadFile(filepath.Join(folder, "log", "checkpoint"))
	must(err)
	size, root := open(checkpoint, verifier)

	all := entries(folder, size)
	if int64(len(all)) != size {
		must(fmt.Errorf("%d entries of %d are there", len(all), size))
	}
	var hashes stored
	for i, entry := range all {
		more, err := tlog.StoredHashes(int64(i), entry, hashes)
		must(err)
		hashes = append(hashes, more...)
	}
	found, err := tlog.TreeHash(size, hashes)
	must(err)
	if found != root {
		must(fmt.Errorf("the entries have the root %v, and %v was signed", found, root))
	}

	proofs, err := filepath.Glob(filepath.Join(folder, "proofs", "*.tlog-proof"))
	must(err)
	for _, path := range proofs {
		text, err := os.ReadFile(path)
		must(err)
		head, signed, _ := strings.Cut(string(text), "\\n\\n")
		lines := strings.Split(head, "\\n")
		var index int64
		fmt.Sscanf(lines[1], "index %d", &index)
		var proof tlog.RecordProof
		for _, line := range lines[2:] {
			proof = append(proof, hash(line))
		}
		proofSize, proofRoot := open([]byte(signed), verifier)
		must(tlog.CheckRecord(proof, proofSize, proofRoot, index, tlog.RecordHash(all[index])))
	}
	fmt.Println(size, "entries and", len(proofs), "proofs lead to the root that was signed")
}
`;

const go: Step = {
  id: 'go',
  title: 'The log holds just these entries, by Go’s own packages',
  says: 'golang.org/x/mod/sumdb is what the go command checks modules with. The program counts the root from every entry and checks the proof of every document. Save the three files in ../check; the first run fetches the package.',
  files: [
    { name: 'main.go', text: PROGRAM },
    { name: 'go.mod', text: 'module check\n\ngo 1.21\n\nrequire golang.org/x/mod v0.20.0\n' },
    {
      name: 'go.sum',
      text: `golang.org/x/mod v0.20.0 h1:utOm6MM3R3dnawAiJgn0y+xvuYRsm1RKM/4giyfDgV0=
golang.org/x/mod v0.20.0/go.mod h1:hTbmBsO62+eylJbnUtE2MGJUyE7QWk4xUqPFrRgJ+7c=
`,
    },
  ],
  commands: [
    does(
      'go',
      `(cd ${CHECK} && go build -o check .)
${CHECK}/check data/log/key.vkey data`,
    ),
    fails(
      'go-fail',
      `cp -R data ${CHECK}/changed
printf X | dd of="$(find ${CHECK}/changed/log/tile/entries -type f | sort | head -n 1)" bs=1 seek=40 conv=notrunc 2> /dev/null
${CHECK}/check data/log/key.vkey ${CHECK}/changed`,
    ),
  ],
};

const ours = ({ key: { text } }: Bound): Step => ({
  id: 'ours',
  title: 'All of it at once, by our own program',
  says: 'It needs no server, no database and no network, and checks what the steps above leave out: that every record, fact and redaction shown is just what the log holds, that every witness and token is right, that nothing was added. Give it the key as you got it by another way; with the one from here it says that the binder is whole, not whose it is. It ends with 0 where everything agrees, and with 1 where anything does not.',
  commands: [
    does('ours', `countersign verify . --key ${quoted(text)}`),
    fails(
      'ours-fail',
      `cp -R . ${CHECK}/copy
printf X >> ${CHECK}/copy/data/index.html
countersign verify ${CHECK}/copy --key ${quoted(text)}`,
    ),
  ],
});

export function stepsOf(bound: Bound): readonly Step[] {
  const one = document(bound);
  return [bytes, key(bound), checkpoint, ...(one === undefined ? [] : [one]), time(bound.tokens), go, ours(bound)];
}
