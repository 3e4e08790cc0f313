import { refuseImport } from '@countersign/core/control/index.ts';
import { refuse } from '@countersign/core/kernel/index.ts';

/** Deeper than any catalogue: groups in groups, controls in controls, and parts in parts of those. */
const MOST_DEEP = 128;

/** How deep brackets go, told from the text: a parser, or whoever walks what it made, may not have the stack to find out. */
function depthOf(text: string): number {
  let [depth, deepest, isText] = [0, 0, false];
  for (let i = 0; i < text.length; i += 1) {
    const sign = text.charCodeAt(i);
    if (isText) {
      if (sign === 0x5c) i += 1;
      else if (sign === 0x22) isText = false;
    } else if (sign === 0x22) isText = true;
    else if (sign === 0x7b || sign === 0x5b) deepest = Math.max(deepest, (depth += 1));
    else if (sign === 0x7d || sign === 0x5d) depth -= 1;
  }
  return deepest;
}

/** Refuses text that no record can hold, in keys and in values: U+0000 and halves of surrogate pairs. */
function refuseBadText(value: unknown): void {
  const open: unknown[] = [value];
  const look = (text: string): void => {
    if (text.includes('\0')) throw refuse('text', { why: 'U+0000' });
    if (!text.isWellFormed()) throw refuse('text', { why: 'a lone surrogate' });
  };
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one === 'string') look(one);
    else if (Array.isArray(one)) for (const inner of one) open.push(inner);
    else if (typeof one === 'object' && one !== null) {
      for (const [key, inner] of Object.entries(one)) {
        look(key);
        if (key === '__proto__')
          throw refuseImport('file', { why: 'it has a field “__proto__”, as no document of these has' });
        open.push(inner);
      }
    }
  }
}

/** A JSON object out of bytes, with everything refused that would hurt later. */
export function readJson(name: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuseImport('file', { why: `${name} is not UTF-8` });
  }
  if (depthOf(text) > MOST_DEEP)
    throw refuseImport('file', { why: `${name} is nested deeper than ${MOST_DEEP} levels` });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const where = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const line = where === undefined ? undefined : text.slice(0, Number(where)).split('\n').length;
    throw refuseImport('file', { why: `${name} is no JSON${line === undefined ? '' : `, from line ${line} on`}` });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refuseImport('file', { why: `${name} holds no JSON object` });
  }
  refuseBadText(value);
  return value as Readonly<Record<string, unknown>>;
}
