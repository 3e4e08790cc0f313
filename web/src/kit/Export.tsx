import { Refusal } from '@countersign/core/kernel/refusal.ts';
import type { ReactElement, ReactNode } from 'react';
import type { Download } from '../api/download.ts';
import { useDownload } from '../api/download.ts';
import { words } from '../words/files.ts';
import { Icon } from './Icon.tsx';
import { Popup } from './Popup.tsx';
import { FaultState, RefusalNote } from './states.tsx';
import './files.css';

/** How a download ended, or that it is under way. */
function Ending({ download }: { readonly download: Download }): ReactElement {
  return (
    <div aria-live="polite" className="s2 t2">
      {download.isMaking ? <p>{words.making}</p> : undefined}
      {download.saved === undefined ? undefined : <p>{words.saved(download.saved)}</p>}
      {download.error === undefined ? undefined : download.error instanceof Refusal ? (
        <RefusalNote error={download.error} />
      ) : (
        <FaultState error={download.error} />
      )}
    </div>
  );
}

function Menu({
  label,
  button,
  download,
  help,
  children,
}: {
  readonly label: string;
  readonly button: ReactNode;
  readonly download: Download;
  readonly help?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <span className="noprint" aria-busy={download.isMaking}>
      <Popup button={button} className="btn x" label={label} side="end">
        <div className="menu exports">
          {help === undefined ? undefined : <p className="s2 t2">{help}</p>}
          {children}
          <Ending download={download} />
        </div>
      </Popup>
    </span>
  );
}

/** A table’s rows: of a list of records, or of a list in the answer of a view. */
export type Exported =
  | {
      readonly kind: string;
      readonly where?: Readonly<Record<string, string>>;
      readonly search?: string | undefined;
      readonly sort?: string | undefined;
      readonly retired?: boolean;
    }
  | { readonly view: string; readonly input: object; readonly rows: string; readonly window?: boolean };

function addressOf(of: Exported): readonly [string, Readonly<Record<string, string | undefined>>] {
  if ('view' in of) {
    const query = { rows: of.rows, input: JSON.stringify(of.input) };
    return [`/api/documents/views/${encodeURIComponent(of.view)}`, query];
  }
  const { kind, where, search, sort, retired } = of;
  const query = {
    where: where === undefined ? undefined : JSON.stringify(where),
    search: search === '' ? undefined : search,
    sort,
    retired: retired === true ? 'true' : undefined,
  };
  return [`/api/documents/records/${encodeURIComponent(kind)}`, query];
}

/** The export of a table, XLSX or CSV: every row of it, at the clocks of the page. `columns` are paths in a row, as the API answers it. */
export function TableExport({
  of,
  columns,
}: {
  readonly of: Exported;
  readonly columns?: readonly string[];
}): ReactElement {
  const download = useDownload({ window: 'view' in of && of.window === true });
  const [path, query] = addressOf(of);
  const start = (format: 'xlsx' | 'csv') => (): void =>
    download.start(path, { ...query, format, columns: columns?.join(',') });
  return (
    <Menu
      label={words.exportTable}
      help={words.exportHelp}
      download={download}
      button={
        <>
          <Icon name="export" size={14} /> {words.export}
        </>
      }
    >
      <button type="button" onClick={start('xlsx')}>
        {words.xlsx}
      </button>
      <button type="button" onClick={start('csv')}>
        {words.csv}
      </button>
      <p className="s2 t3">{words.csvHelp}</p>
    </Menu>
  );
}

const reportButton = (
  <>
    <Icon name="export" size={14} /> {words.report}
  </>
);

/** The posture of a framework as a document, at the clocks of the page. */
export function PostureReport({
  framework,
  programme,
}: {
  readonly framework: 'soc2' | 'iso27001';
  readonly programme?: string;
}): ReactElement {
  const download = useDownload();
  const start = (format: 'pdf' | 'docx') => (): void =>
    download.start('/api/documents/posture', { format, framework, programme });
  return (
    <Menu label={words.reportMenu} download={download} button={reportButton}>
      <button type="button" onClick={start('pdf')}>
        {words.pdf}
      </button>
      <button type="button" onClick={start('docx')}>
        {words.docx}
      </button>
    </Menu>
  );
}

/** How controls operated over a period, as a document. */
export function PeriodReport({
  from,
  to,
  controls = [],
}: {
  readonly from: string;
  readonly to: string;
  readonly controls?: readonly string[];
}): ReactElement {
  const download = useDownload({ window: true });
  const start = (format: 'pdf' | 'xlsx') => (): void =>
    download.start('/api/documents/effectiveness', {
      format,
      from,
      to,
      controls: controls.length === 0 ? undefined : controls.join(','),
    });
  return (
    <Menu label={words.reportMenu} download={download} button={reportButton}>
      <button type="button" onClick={start('pdf')}>
        {words.pdf}
      </button>
      <button type="button" onClick={start('xlsx')}>
        {words.workbook}
      </button>
    </Menu>
  );
}
