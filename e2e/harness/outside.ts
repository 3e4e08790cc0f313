import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { answerRequest, parseVerifierKey, printWitnessKey, toAnswer } from '@countersign/ledger/index.ts';
import { InventedAuthority } from '@countersign/ledger/time/testing.ts';
import { exampleWitness } from '@countersign/ledger/witness/example-witness.ts';
import { forgetfulMemory } from '@countersign/ledger/witness/witness.ts';

/** A time authority and a witness over HTTP on this machine, for a journey: both answer, and neither proves anything to anybody. */
export interface OutsideWorld {
  readonly time: string;
  /** In PEM. */
  readonly roots: string;
  /** Its add-checkpoint endpoint lies below. */
  readonly witness: string;
  readonly vkey: string;
  /** Has the witness know a log by its verifier key. */
  trust(vkey: string): void;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return new Uint8Array(Buffer.concat(pieces));
}

export async function outsideWorld(): Promise<OutsideWorld> {
  const authority = new InventedAuthority();
  const { cosigner, key } = exampleWitness();
  const memory = forgetfulMemory();
  const trusted: ReturnType<typeof parseVerifierKey>[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      if (request.url === '/time') {
        response.setHeader('content-type', 'application/timestamp-reply');
        response.end(authority.answer(body));
        return;
      }
      const text = Buffer.from(body).toString('utf8');
      const now = Math.floor(Date.now() / 1000);
      const answer = toAnswer(await answerRequest(text, memory, trusted, now, cosigner));
      response.writeHead(answer.status, { 'content-type': answer.contentType });
      response.end(answer.body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    time: `${url}/time`,
    roots: authority.roots,
    witness: `${url}/witness`,
    vkey: printWitnessKey(key),
    trust: (vkey) => void trusted.push(parseVerifierKey(vkey)),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
