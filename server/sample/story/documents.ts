import type { DateText } from '@countersign/core/kernel/index.ts';
import type { Dice } from '../dice.ts';
import type { Member } from './people.ts';
import type { Document } from './step.ts';

/** What a document shows: one time that a control was performed. */
export interface Shown {
  readonly control: string;
  readonly title: string;
  readonly domain: string;
  readonly key: string;
  readonly on: DateText;
  readonly by: Member;
  readonly findings: string | undefined;
}

const LEFT = 72;
const TOP = 770;
const LEADING = 18;

const escaped = (line: string): string => line.replace(/[\\()]/g, (sign) => `\\${sign}`);

/** A page of lines as PDF 1.4, in Helvetica: small, and opened by every viewer. */
export function pdf(lines: readonly string[]): Uint8Array {
  const text = [
    `BT /F1 11 Tf ${LEADING} TL ${LEFT} ${TOP} Td`,
    ...lines.map((line) => `(${escaped(line)}) Tj T*`),
    'ET',
  ].join('\n');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const offset = body.length;
    body += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const start = body.length;
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  // A character is a byte in WinAnsi as in Latin 1, as far as names of people go.
  return Buffer.from(body, 'latin1');
}

const csv = (rows: readonly (readonly (string | number)[])[]): Uint8Array =>
  Buffer.from(
    rows
      .map((row) =>
        row.map((cell) => (/[",\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell)).join(','),
      )
      .join('\n') + '\n',
  );

const SYSTEMS = ['warehouse', 'admin console', 'log search', 'billing', 'support desk', 'cloud console'];

function listOf(shown: Shown, dice: Dice): Uint8Array {
  const rows = SYSTEMS.map((system) => {
    const looked = dice.between(6, 44, 'looked at', shown.control, shown.key, system);
    const changed = shown.findings === undefined ? 0 : dice.between(0, 2, 'changed', shown.control, shown.key, system);
    return [system, looked, changed, shown.by.name, shown.on];
  });
  return csv([['system', 'looked at', 'changed', 'by', 'on'], ...rows]);
}

const minutesOf = (shown: Shown): readonly string[] => [
  `${shown.control}  ${shown.title}`,
  '',
  `Period: ${shown.key}`,
  `Done on ${shown.on} by ${shown.by.name}, ${shown.by.title}.`,
  '',
  'What was looked at: the register as of the day, the decisions of the last time, what has changed since.',
  shown.findings ?? 'Nothing was found that needs a decision.',
  '',
  'This document belongs to a sample organisation. It is invented, as is everybody named in it.',
];

const LISTS: readonly string[] = [
  'Identity and access',
  'Assets and information handling',
  'Third parties',
  'Physical security',
];
const NOTES: readonly string[] = [
  'Vulnerability management',
  'Operations and monitoring',
  'Risk management',
  'Continuity and availability',
];

/** A small document of the kind that somebody files for such work: a list, a text or a page. */
export function documentOf(shown: Shown, dice: Dice): Document {
  const name = `${shown.title}, ${shown.key}`;
  if (LISTS.includes(shown.domain)) return { name: `${name}.csv`, bytes: listOf(shown, dice) };
  if (NOTES.includes(shown.domain))
    return { name: `${name}.txt`, bytes: Buffer.from(`${minutesOf(shown).join('\n')}\n`) };
  return { name: `${name}.pdf`, bytes: pdf(minutesOf(shown)) };
}
