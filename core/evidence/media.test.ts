import { expect, test } from 'vitest';
import { mediaMismatch } from './media.ts';

test.each([
  ['report.pdf', 'application/pdf', undefined],
  ['report.PDF', 'text/html', 'The name ends in .pdf, and the bytes are an HTML page.'],
  ['photo.jpg', 'image/jpeg', undefined],
  ['photo.png', 'image/jpeg', 'The name ends in .png, and the bytes are a JPEG image.'],
  ['list.csv', 'text/plain', undefined],
  ['list.xlsx', 'application/zip', undefined],
  ['invoice.pdf.exe', 'application/pdf', 'The name ends in .exe, and the bytes are a PDF.'],
  ['note.txt', 'application/octet-stream', 'The name ends in .txt, and the bytes are of no type that was recognised.'],
  ['no-ending', 'text/html', undefined],
  ['a.constructor', 'text/html', undefined],
  ['a.unheard', 'text/html', undefined],
])('%s with bytes of %s: %s', (name, media, says) => {
  expect(mediaMismatch(name, media, 10)).toBe(says);
});

test('an empty file is of any type', () => {
  expect(mediaMismatch('report.pdf', 'text/plain', 0)).toBeUndefined();
});
