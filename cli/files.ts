import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { refuseInput } from './refusal.ts';
import type { World } from './world.ts';

/** Why the operating system said no, in words. */
export function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission is missing',
    EPERM: 'permission is missing',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of its path is no folder',
    ELOOP: 'it is a link that leads in circles or out',
    EEXIST: 'something is there already',
    ENOSPC: 'the disk is full',
  };
  const known = typeof code === 'string' ? words[code] : undefined;
  return known ?? (error instanceof Error ? error.message : String(error));
}

async function all(stream: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > most) throw refuseInput('large', { most: `${most / 1024 / 1024} MiB` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The bytes of a file, `-` being standard input. Refuses input.file, and input.large above `most` bytes. */
export async function bytesOf(world: World, file: string, most: number): Promise<Buffer> {
  if (file === '-') return all(world.stdin, most);
  const path = resolve(world.cwd, file);
  try {
    if ((await stat(path)).size > most) throw refuseInput('large', { most: `${most / 1024 / 1024} MiB` });
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && error.name === 'Refusal') throw error;
    throw refuseInput('file', { file, why: whyNot(error) });
  }
}

/** UTF-8 text of a file; a byte order mark is dropped. */
export async function textOf(world: World, file: string, most: number): Promise<string> {
  const bytes = await bytesOf(world, file, most);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuseInput('file', { file, why: 'it is not UTF-8' });
  }
}

/** A file as a stream to send, never all in memory. */
export async function streamOf(world: World, file: string): Promise<ReadableStream<Uint8Array>> {
  if (file === '-') return Readable.toWeb(Readable.from(world.stdin));
  const path = resolve(world.cwd, file);
  try {
    if ((await stat(path)).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
  } catch (error) {
    throw refuseInput('file', { file, why: whyNot(error) });
  }
  return Readable.toWeb(createReadStream(path));
}
