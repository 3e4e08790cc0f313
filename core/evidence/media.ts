/** What the bytes of a file say they are, against the name they came under. Both are claims of whoever made the file. */

/** What a browser may show beside our pages, each in a sandbox: nothing in them runs. */
export const SHOWN_INLINE: readonly string[] = ['application/pdf', 'image/png', 'image/jpeg', 'text/plain'];

export const UNKNOWN_MEDIA = 'application/octet-stream';

const OOXML = 'application/vnd.openxmlformats-officedocument';
const TEXT = ['text/plain'];
const ZIP = ['application/zip'];

/** Endings of names, each with the types that bytes of such a file may have. */
const MEDIA_OF = {
  pdf: ['application/pdf'],
  png: ['image/png', 'image/apng'],
  jpg: ['image/jpeg'],
  jpeg: ['image/jpeg'],
  gif: ['image/gif'],
  webp: ['image/webp'],
  svg: ['image/svg+xml'],
  html: ['text/html'],
  htm: ['text/html'],
  xml: ['application/xml', 'image/svg+xml', 'text/html'],
  txt: TEXT,
  log: TEXT,
  md: [...TEXT, 'text/html'],
  csv: TEXT,
  tsv: TEXT,
  json: TEXT,
  yaml: TEXT,
  yml: TEXT,
  docx: [`${OOXML}.wordprocessingml.document`, ...ZIP],
  xlsx: [`${OOXML}.spreadsheetml.sheet`, ...ZIP],
  pptx: [`${OOXML}.presentationml.presentation`, ...ZIP],
  zip: [...ZIP, `${OOXML}.wordprocessingml.document`, `${OOXML}.spreadsheetml.sheet`],
  gz: ['application/gzip'],
  tgz: ['application/gzip'],
  mp4: ['video/mp4', 'video/quicktime'],
  exe: ['application/x-msdownload', 'application/vnd.microsoft.portable-executable'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const isEnding = (text: string): text is keyof typeof MEDIA_OF => Object.hasOwn(MEDIA_OF, text);

const NAMES: Readonly<Record<string, string>> = {
  'application/pdf': 'a PDF',
  'image/png': 'a PNG image',
  'image/jpeg': 'a JPEG image',
  'image/gif': 'a GIF image',
  'image/svg+xml': 'an SVG image',
  'text/html': 'an HTML page',
  'text/plain': 'plain text',
  'application/xml': 'XML',
  'application/zip': 'a ZIP archive',
  'application/gzip': 'a gzip archive',
  [`${OOXML}.wordprocessingml.document`]: 'a Word document',
  [`${OOXML}.spreadsheetml.sheet`]: 'an Excel workbook',
  [`${OOXML}.presentationml.presentation`]: 'a PowerPoint presentation',
};

/** A media type in words. */
export const mediaWords = (media: string): string =>
  media === UNKNOWN_MEDIA ? 'of no type that was recognised' : (NAMES[media] ?? media);

/**
 * A sentence where the bytes are of another type than the name says, else undefined. Empty files, names without an ending and
 * endings that are not known say nothing.
 */
export function mediaMismatch(name: string, media: string, bytes: number): string | undefined {
  const ending = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase();
  if (bytes === 0 || ending === undefined || !isEnding(ending)) return undefined;
  const expected: readonly string[] = MEDIA_OF[ending];
  if (expected.includes(media)) return undefined;
  return `The name ends in .${ending}, and the bytes are ${mediaWords(media)}.`;
}
