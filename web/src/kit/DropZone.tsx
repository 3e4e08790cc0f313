import type { ReactElement, ReactNode } from 'react';
import { useId, useState } from 'react';
import type { Verdict } from '../api/allowed.ts';
import { Icon } from './Icon.tsx';

/** Where files are dropped, or chosen by the browser’s own field. Nothing is taken where `verdict` does not allow it. */
export function DropZone({
  label,
  accept,
  multiple = false,
  verdict,
  busy,
  onFiles,
  says,
  children,
}: {
  readonly label: string;
  /** As an input’s `accept` has it. */
  readonly accept: string;
  readonly multiple?: boolean;
  readonly verdict: Verdict;
  readonly busy: boolean;
  /** At least one. */
  readonly onFiles: (files: readonly File[]) => void;
  /** Beside the button: what was chosen, or what to do. */
  readonly says: ReactNode;
  /** Below: refusals, a sample to begin from. */
  readonly children?: ReactNode;
}): ReactElement {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const take = (list: FileList | null): void => {
    const files = [...(list ?? [])];
    if (files.length > 0 && verdict.allowed) onFiles(multiple ? files : files.slice(0, 1));
  };
  return (
    <section
      className="card dropzone"
      data-over={isOver}
      aria-busy={busy}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <div className="in row w" style={{ gap: 14 }}>
        <input
          id={id}
          className="vh"
          type="file"
          multiple={multiple}
          accept={accept}
          disabled={!verdict.allowed}
          onChange={(event) => {
            take(event.currentTarget.files);
            // The same file may be chosen again.
            event.currentTarget.value = '';
          }}
        />
        <label htmlFor={id} className="btn" aria-disabled={!verdict.allowed}>
          <Icon name="upload" size={14} /> {label}
        </label>
        <div style={{ minWidth: 0 }} aria-live="polite">
          {says}
        </div>
      </div>
      {children}
    </section>
  );
}
