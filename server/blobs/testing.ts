import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Bucket } from './s3.ts';

/** Where `.ci/run` installs it, and where somebody may have it. */
const PLACES = [join(tmpdir(), 'countersign-moto', 'bin', 'moto_server'), 'moto_server'];

const answers = (command: string): boolean => {
  if (command.includes('/')) return existsSync(command);
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** The S3 of moto, AWS's in Python: another's reading of the protocol. Undefined where it is not installed. */
export const motoServer = (): string | undefined => PLACES.find(answers);

export interface S3 {
  readonly bucket: Bucket;
  readonly client: S3Client;
  close(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** Starts one with a bucket in it. Sets the credentials that the SDK looks for: they are moto's, which takes any. */
export async function startS3(command: string, prefix: string): Promise<S3> {
  const port = await freePort();
  const child = spawn(command, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' });
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
  for (let tries = 0; ; tries += 1) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: 'evidence' }));
      break;
    } catch (error) {
      if (tries > 100) throw error;
      await sleep(200);
    }
  }
  return {
    bucket: { bucket: 'evidence', prefix, endpoint, region: 'us-east-1' },
    client,
    async close() {
      client.destroy();
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill();
      await ended;
    },
  };
}
