import { DEEPEST, illFormed, namesPrototype, PROTOTYPE } from '@countersign/core/kernel/index.ts';
import { refuseRequest } from './request.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A body as JSON, strictly: well-formed UTF-8 and JSON, no key that names the prototype, no deeper than `DEEPEST`, no U+0000
 * and no lone surrogate anywhere, keys included.
 */
export function readJson(bytes: Uint8Array): unknown {
  const value = parse(bytes);
  const deep = tooDeep(value, 0);
  if (deep) throw refuseRequest('deep', { most: DEEPEST });
  if (namesPrototype(value)) throw refuseRequest('hostile', { key: PROTOTYPE });
  refuseIllFormed(value);
  return value;
}

/** For text that comes by path, query or header. */
export function refuseIllFormed(value: unknown): void {
  const why = illFormed(value);
  if (why !== undefined) throw refuseRequest('text', { why });
}

function parse(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw refuseRequest('malformed', { why: 'it is not UTF-8' });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the body; where it stands is enough.
    const at =
      error instanceof SyntaxError ? /position \d+(?: \(line \d+ column \d+\))?/.exec(error.message)?.[0] : undefined;
    throw refuseRequest('malformed', {
      why: text.trim() === '' ? 'it is empty' : `syntax error${at === undefined ? '' : ` at ${at}`}`,
    });
  }
}

const membersOf = (value: unknown): readonly unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : [];

function tooDeep(value: unknown, depth: number): boolean {
  if (depth > DEEPEST) return true;
  return membersOf(value).some((member) => tooDeep(member, depth + 1));
}
