import { expect, test } from 'vitest';
import { sniff } from './sniff.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const PNG = '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDAT';

test.each([
  ['a PDF', bytes('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj'), 'application/pdf'],
  ['a PDF of text only', bytes('%PDF-1.4\n1 0 obj'), 'application/pdf'],
  ['a PNG', bytes(PNG), 'image/png'],
  ['a JPEG', bytes('\xff\xd8\xff\xe0\0\x10JFIF\0'), 'image/jpeg'],
  ['a GIF that is a script too', bytes('GIF89a/*\0\0*/=1;alert(1)'), 'image/gif'],
  ['a page', bytes('<!DOCTYPE html><p>x'), 'text/html'],
  ['a page after a mark and blanks', Buffer.from('\ufeff \n <script>alert(1)</script>'), 'text/html'],
  ['a page after a comment', bytes('<!-- x --><body onload=alert(1)>'), 'text/html'],
  ['XML', bytes('<?xml version="1.0"?><list/>'), 'application/xml'],
  ['XML that is a page', bytes('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>'), 'text/html'],
  ['an SVG', bytes('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 'image/svg+xml'],
  ['an SVG behind a declaration', bytes('<?xml version="1.0"?>\n<!-- -->\n<svg onload="alert(1)"/>'), 'image/svg+xml'],
  ['text', Buffer.from('Zugriffsprüfung, 4. Quartal\n'), 'text/plain'],
  ['nothing', bytes(''), 'text/plain'],
  ['Latin-1', bytes('Pr\xfcfung of access'), 'application/octet-stream'],
  ['a ZIP', bytes('PK\x03\x04\x14\0\0\0\x08\0a.txt'), 'application/zip'],
  ['an empty ZIP', bytes('PK\x05\x06'), 'application/zip'],
  [
    'a workbook',
    bytes('PK\x03\x04\x14\0[Content_Types].xml...PK\x03\x04xl/workbook.xml'),
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ],
  ['gzip', bytes('\x1f\x8b\x08\0'), 'application/gzip'],
  ['noise', bytes('\x01\x02\x03\x04\x05'), 'application/octet-stream'],
])('the first bytes of %s', async (_, sample, media) => {
  expect(await sniff(sample)).toBe(media);
});

test('a character that the sample cuts in two is no reason to take text for noise', async () => {
  const whole = Buffer.from('é'.repeat(10));

  expect(await sniff(whole.subarray(0, 19))).toBe('text/plain');
});
