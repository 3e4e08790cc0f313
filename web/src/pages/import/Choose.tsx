import { useMutation } from '@tanstack/react-query';
import type { DragEvent, ReactElement } from 'react';
import { useId, useState } from 'react';
import type { Verdict } from '../../api/allowed.ts';
import { useOrganisation } from '../../api/hooks.ts';
import { digest as shortDigest } from '../../kit/format.ts';
import { Icon } from '../../kit/Icon.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/import.ts';
import { upload } from './asking.ts';

/** As the server has it: a file that is larger is refused unread. */
const MOST = 20 * 1024 * 1024;

/** The file: dropped, or chosen by the browser’s own field. It is uploaded as evidence is, and named by its digest from then on. */
export function Choose({
  name,
  digest,
  verdict,
  onChosen,
}: {
  readonly name: string | undefined;
  readonly digest: string | undefined;
  readonly verdict: Verdict;
  readonly onChosen: (digest: string, name: string) => void;
}): ReactElement {
  const org = useOrganisation();
  const id = useId();
  const [isOver, setOver] = useState(false);
  const [large, setLarge] = useState(false);
  const sending = useMutation({
    mutationFn: (file: File) => upload(org, file),
    onSuccess: (sent, file) => onChosen(sent.digest, file.name),
  });
  const take = (file: File | undefined): void => {
    if (file === undefined || !verdict.allowed) return;
    setLarge(file.size > MOST);
    if (file.size <= MOST) sending.mutate(file);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <section
      className="card dropzone"
      data-over={isOver}
      aria-busy={sending.isPending}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <div className="in row w" style={{ gap: 14 }}>
        <input
          id={id}
          className="vh"
          type="file"
          accept=".csv,.tsv,.txt,.xlsx,text/csv"
          disabled={!verdict.allowed}
          onChange={(event) => {
            take(event.currentTarget.files?.[0]);
            event.currentTarget.value = '';
          }}
        />
        <label htmlFor={id} className="btn" aria-disabled={!verdict.allowed}>
          <Icon name="upload" size={14} /> {name === undefined ? words.file.choose : words.file.another}
        </label>
        <div style={{ minWidth: 0 }} aria-live="polite">
          {sending.isPending ? (
            <p>{words.file.uploading}</p>
          ) : name === undefined ? (
            <p className="t2">{verdict.because ?? words.file.drop}</p>
          ) : (
            <>
              <p className="b" style={{ overflowWrap: 'anywhere' }}>
                {name}
              </p>
              {digest === undefined ? undefined : (
                <p className="s2 t3 mono">{words.file.digest(shortDigest(digest))}</p>
              )}
            </>
          )}
        </div>
      </div>
      {name === undefined ? <p className="in s2 t3 under">{words.file.sample}</p> : undefined}
      {large ? (
        <p className="note r" role="alert">
          {words.file.large}
        </p>
      ) : undefined}
      {sending.error === null ? undefined : <ErrorState error={sending.error} />}
    </section>
  );
}
