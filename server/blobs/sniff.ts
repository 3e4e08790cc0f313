import { UNKNOWN_MEDIA } from '@countersign/core/evidence/index.ts';
import { fileTypeFromBuffer } from 'file-type';

/** How many bytes from the start are looked at. */
export const SAMPLE = 4100;

const OOXML = 'application/vnd.openxmlformats-officedocument';

/**
 * What the first bytes of a file are, as a media type; application/octet-stream where nothing is recognised. Archives are told by their first
 * bytes and by names that stand in the clear: nothing is ever unpacked, so no archive can be a bomb here.
 */
export async function sniff(sample: Uint8Array): Promise<string> {
  if (starts(sample, [0x50, 0x4b, 0x03, 0x04])) return zipKind(sample);
  if (starts(sample, [0x50, 0x4b, 0x05, 0x06])) return 'application/zip';
  if (starts(sample, [0x1f, 0x8b])) return 'application/gzip';
  const text = textOf(sample);
  if (text !== undefined) return textKind(text);
  const found = await fileTypeFromBuffer(sample.slice(0, SAMPLE)).catch(() => undefined);
  return found?.mime ?? UNKNOWN_MEDIA;
}

const starts = (sample: Uint8Array, bytes: readonly number[]): boolean => bytes.every((byte, i) => sample[i] === byte);

/** Office documents name their parts in the headers of the archive. */
function zipKind(sample: Uint8Array): string {
  const names = Buffer.from(sample).toString('latin1');
  if (!names.includes('[Content_Types].xml') && !names.includes('_rels/')) return 'application/zip';
  if (names.includes('word/')) return `${OOXML}.wordprocessingml.document`;
  if (names.includes('xl/')) return `${OOXML}.spreadsheetml.sheet`;
  if (names.includes('ppt/')) return `${OOXML}.presentationml.presentation`;
  return 'application/zip';
}

/** Controls that no text has; a page break and an escape are seen in logs. */
// eslint-disable-next-line no-control-regex -- these are what is looked for
const BINARY = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/;

/** The sample as UTF-8 text, or undefined. The last character may be cut off. */
function textOf(sample: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return BINARY.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function textKind(text: string): string {
  const start = text.trimStart();
  if (start.startsWith('%PDF-')) return 'application/pdf';
  // A browser that guesses takes any of these for a page.
  if (!start.startsWith('<')) return 'text/plain';
  if (/<svg[\s/>]/i.test(start)) return 'image/svg+xml';
  if (/^<\?xml/i.test(start) && !/<html[\s/>]/i.test(start)) return 'application/xml';
  return 'text/html';
}
