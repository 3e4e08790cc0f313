import {
  AlignmentType,
  Document,
  Footer,
  HeadingLevel,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import type { Head } from './head.ts';
import { logLine } from './head.ts';
import type { Posture, PostureRow } from './posture.ts';

const SMALL = 14;
const SOFT = '57606A';
/** Twentieths of a point: A4 within margins of 16 mm. */
const WIDTHS = [1000, 2500, 1500, 5090];

const line = (text: string, style: { readonly size?: number; readonly color?: string; readonly bold?: boolean } = {}) =>
  new Paragraph({ spacing: { after: 40 }, children: [new TextRun({ text, ...style })] });

const cell = (width: number, children: readonly Paragraph[]): TableCell =>
  new TableCell({
    width: { size: width, type: WidthType.DXA },
    margins: { top: 40, bottom: 40, left: 60, right: 60 },
    children: [...children],
  });

function tableOf(rows: readonly PostureRow[]): Table {
  const heads = ['Ref', 'Requirement', 'State', 'Why'];
  return new Table({
    layout: TableLayoutType.FIXED,
    columnWidths: WIDTHS,
    width: { size: WIDTHS.reduce((a, b) => a + b, 0), type: WidthType.DXA },
    rows: [
      new TableRow({
        tableHeader: true,
        children: heads.map((text, i) => cell(WIDTHS[i] ?? 0, [line(text, { bold: true, color: SOFT })])),
      }),
      ...rows.map(
        (row) =>
          new TableRow({
            cantSplit: true,
            children: [
              [line(row.ref)],
              [line(row.title)],
              [line(row.says, { bold: row.state === 'unmet' })],
              whyOf(row),
            ].map((children, i) => cell(WIDTHS[i] ?? 0, children)),
          }),
      ),
    ],
  });
}

const whyOf = (row: PostureRow): Paragraph[] => [
  line(row.because),
  ...row.controls.map(
    ({ id, title, state, because }) =>
      new Paragraph({
        spacing: { after: 40 },
        indent: { left: 160 },
        children: [
          new TextRun(`${id} ${title}: `),
          new TextRun({ text: state, bold: true }),
          new TextRun(`. ${because}`),
        ],
      }),
  ),
  ...(row.others === '' ? [] : [line(row.others, { size: SMALL, color: SOFT })]),
];

/** Under every page, as on every sheet of the PDF. */
function footOf(head: Head): Footer {
  const small = (text: string) => new TextRun({ text, size: SMALL, color: SOFT });
  return new Footer({
    children: [
      new Paragraph({
        children: [small(`${head.organisation} · True on ${head.asOf} · Known by ${head.knownAt}`)],
      }),
      new Paragraph({ children: [small(`Printed ${head.printedAt} by ${head.printedBy} · ${logLine(head)}`)] }),
      new Paragraph({
        alignment: AlignmentType.RIGHT,
        children: [
          new TextRun({
            size: SMALL,
            color: SOFT,
            children: ['Page ', PageNumber.CURRENT, ' of ', PageNumber.TOTAL_PAGES],
          }),
        ],
      }),
    ],
  });
}

/** The posture as a document to go on writing in. */
export async function postureDocx(posture: Posture): Promise<Uint8Array> {
  const { head, sentence, reason, counts, groups, notSaid } = posture;
  const heading = (text: string) =>
    new Paragraph({ heading: HeadingLevel.HEADING_2, keepNext: true, spacing: { before: 240, after: 80 }, text });
  const document = new Document({
    title: `${head.organisation}: ${head.title}`,
    creator: head.organisation,
    styles: { default: { document: { run: { font: 'Calibri', size: 18 } } } },
    sections: [
      {
        properties: {
          page: { size: { width: 11_906, height: 16_838 }, margin: { left: 908, right: 908, top: 908, bottom: 1300 } },
        },
        footers: { default: footOf(head) },
        children: [
          ...(head.sample ? [line('SAMPLE ORGANISATION: all of it is invented', { bold: true })] : []),
          line(`${head.organisation} · ${head.title}`, { color: SOFT }),
          new Paragraph({ heading: HeadingLevel.HEADING_1, spacing: { after: 80 }, text: sentence }),
          line(reason),
          line(counts.map(({ n, says }) => `${n} ${says}`).join(' · ')),
          ...groups.flatMap(({ id, name, rows }) => [heading(`${id}  ${name}`), tableOf(rows)]),
          heading('What this does not say'),
          ...notSaid.map((text) => new Paragraph({ bullet: { level: 0 }, spacing: { after: 40 }, text })),
        ],
      },
    ],
  });
  return new Uint8Array(await Packer.toBuffer(document));
}
