import { useMutation } from '@tanstack/react-query';
import type { DragEvent, ReactElement } from 'react';
import { useId, useState } from 'react';
import type { Verdict } from '../../api/allowed.ts';
import { useOrganisation } from '../../api/hooks.ts';
import { Icon } from '../../kit/Icon.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/frameworks.ts';
import { upload } from '../import/asking.ts';

/** As the server has it: a file that is larger is refused unread. */
const MOST = 20 * 1024 * 1024;
const say = words.in;

export interface Chosen {
  readonly blob: string;
  readonly name: string;
}

/** A profile is read before the catalogues that it imports, whichever was chosen first. */
const rank = (name: string): number => (/profile/i.test(name) && !/resolved/i.test(name) ? 0 : 1);

/** The files: dropped, or chosen by the browser’s own field; uploaded, and named by their digests from then on. */
export function Choose({
  files,
  verdict,
  onChosen,
}: {
  readonly files: readonly Chosen[];
  readonly verdict: Verdict;
  readonly onChosen: (files: readonly Chosen[]) => void;
}): ReactElement {
  const org = useOrganisation();
  const id = useId();
  const [isOver, setOver] = useState(false);
  const [large, setLarge] = useState(false);
  const sending = useMutation({
    mutationFn: async (given: readonly File[]): Promise<readonly Chosen[]> => {
      const sent: Chosen[] = [];
      for (const file of given) sent.push({ blob: (await upload(org, file)).digest, name: file.name.slice(0, 255) });
      return sent;
    },
    onSuccess: onChosen,
  });
  const take = (list: FileList | null): void => {
    const given = [...(list ?? [])].slice(0, 20).sort((a, b) => rank(a.name) - rank(b.name));
    if (given.length === 0 || !verdict.allowed) return;
    const isLarge = given.some(({ size }) => size > MOST);
    setLarge(isLarge);
    if (!isLarge) sending.mutate(given);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <section
      className="card fw-drop"
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
          multiple
          accept=".csv,.tsv,.txt,.xlsx,.json,text/csv,application/json"
          disabled={!verdict.allowed}
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = '';
          }}
        />
        <label htmlFor={id} className="btn" aria-disabled={!verdict.allowed}>
          <Icon name="upload" size={14} /> {files.length === 0 ? say.choose : say.another}
        </label>
        <div style={{ minWidth: 0 }} aria-live="polite">
          {sending.isPending ? (
            <p>{say.uploading}</p>
          ) : files.length === 0 ? (
            <p className="t2">{verdict.because ?? say.drop}</p>
          ) : (
            files.map(({ name, blob }, i) => (
              <p key={blob} style={{ overflowWrap: 'anywhere' }}>
                <span className={i === 0 ? 'b' : ''}>{name}</span>{' '}
                {files.length === 1 ? undefined : <span className="s2 t3">{i === 0 ? say.first : say.beside}</span>}
              </p>
            ))
          )}
        </div>
      </div>
      {large ? (
        <p className="note r" role="alert">
          {say.large}
        </p>
      ) : undefined}
      {sending.error === null ? undefined : <ErrorState error={sending.error} />}
    </section>
  );
}
