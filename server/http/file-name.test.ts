import { expect, test } from 'vitest';
import { disposition, safeName } from './file-name.ts';

test.each([
  ['report.pdf', 'report.pdf'],
  ['Zugriffsprüfung Q3.xlsx', 'Zugriffsprüfung Q3.xlsx'],
  ['../../etc/passwd', '_.._etc_passwd'],
  ['..\\..\\windows\\win.ini', '_.._windows_win.ini'],
  ['a"b\r\nSet-Cookie: x=1.txt', 'a_b__Set-Cookie_ x=1.txt'],
  ['invoice\u202efdp.exe', 'invoice_fdp.exe'],
  ['a\u200b\u2066b.txt', 'a__b.txt'],
  ['.htaccess', 'htaccess'],
  ['name. . .', 'name'],
  ['con.txt', '_con.txt'],
  ['NUL', '_NUL'],
  ['', 'file'],
  ['...', 'file'],
  ['   ', 'file'],
  [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(116)}.pdf`],
  ['😀'.repeat(200), '😀'.repeat(120)],
])('%j is saved as %j', (name, safe) => {
  expect(safeName(name)).toBe(safe);
});

test.each([
  ['plain.pdf', `attachment; filename="plain.pdf"; filename*=UTF-8''plain.pdf`],
  ['é.pdf', `attachment; filename="_.pdf"; filename*=UTF-8''%C3%A9.pdf`],
  [`it's 100%.txt`, `attachment; filename="it_s 100_.txt"; filename*=UTF-8''it%27s%20100%25.txt`],
  [
    'a"; filename="evil.html',
    `attachment; filename="a_; filename=_evil.html"; filename*=UTF-8''a_%3B%20filename%3D_evil.html`,
  ],
])('the header for %j', (name, header) => {
  expect(disposition('attachment', name)).toBe(header);
});
