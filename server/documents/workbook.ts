import ExcelJS from 'exceljs';
import { clocksLine, logLine } from './head.ts';
import type { Period } from './period.ts';
import type { Cell } from './table.ts';

/** Every figure of a period, a sheet for each kind; the clocks stand first on each. */
export async function periodXlsx(period: Period): Promise<Uint8Array> {
  const { answer, titles, head } = period;
  const book = new ExcelJS.Workbook();
  const sheet = (name: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): void => {
    const page = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 2 }] });
    page.columns = columns.map((column) => ({ width: Math.min(50, Math.max(12, column.length + 3)) }));
    page.addRow([clocksLine(head)]);
    page.addRow([...columns]).font = { bold: true };
    for (const row of rows) page.addRow([...row]);
    page.pageSetup = { orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 };
    page.headerFooter.oddFooter = `&L&8${logLine(head).replaceAll('&', '&&')}&R&8Page &P of &N`;
  };

  sheet(
    'Controls',
    [
      'Control',
      'Title',
      'Frequency',
      'Operated',
      'Due',
      'On time',
      'Late',
      'Missed',
      'Pending',
      'Excused',
      'Performed in window',
      'Met outside',
      'Longest gap, days',
    ],
    answer.controls.map((c) => [
      c.control,
      titles[c.control] ?? '',
      c.frequency,
      c.operated,
      c.counts.expected,
      c.counts.onTime,
      c.counts.late,
      c.counts.missed,
      c.counts.pending,
      c.counts.excused,
      c.performedInWindow,
      c.metOutside,
      c.longestGapDays,
    ]),
  );
  sheet(
    'Occurrences',
    ['Control', 'Occurrence', 'Due', 'State', 'Performed at', 'Recorded at', 'Lag, seconds', 'Proven by', 'Outside'],
    answer.controls.flatMap((c) =>
      c.occurrences.map((o) => [
        c.control,
        o.key,
        o.due,
        o.state,
        o.performedAt ?? null,
        o.recordedAt ?? null,
        o.lagSeconds ?? null,
        o.provenBy ?? null,
        o.outside ?? null,
      ]),
    ),
  );
  sheet(
    'Unmatched',
    ['Control', 'Performance', 'Reason'],
    answer.controls.flatMap((c) => c.unmatched.map((u) => [c.control, u.performance, u.reason])),
  );
  sheet(
    'Checks',
    [
      'Control',
      'Check',
      'Pass, s',
      'Fail, s',
      'Unknown, s',
      'Not applicable, s',
      'Recorded late, s',
      'Observations',
      'Longest gap, s',
      'Episodes',
      'Worst fix, s',
    ],
    answer.controls.flatMap((c) =>
      c.checks.map((k) => [
        c.control,
        k.check,
        k.passSeconds,
        k.failSeconds,
        k.unknownSeconds,
        k.notApplicableSeconds,
        k.recordedLateSeconds,
        k.observations,
        k.longestGapSeconds,
        k.episodes,
        k.worstFixSeconds,
      ]),
    ),
  );
  sheet(
    'Populations',
    ['Control', 'Dataset', 'Check', 'Items', 'Deviations', 'Unknown', 'Excepted', 'Complete', 'Complete by'],
    answer.controls.flatMap((c) =>
      c.populations.map((p) => [
        c.control,
        p.dataset,
        p.check,
        p.items,
        p.deviations,
        p.unknown,
        p.excepted,
        p.complete,
        p.completeBy,
      ]),
    ),
  );
  sheet('About', ['What this does not say'], [...period.notSaid.map((says) => [says]), [logLine(head)]]);
  return new Uint8Array(await book.xlsx.writeBuffer());
}
