import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Verdict } from '../../api/allowed.ts';
import { useOrganisation } from '../../api/hooks.ts';
import { upload } from '../../api/upload.ts';
import { DropZone } from '../../kit/DropZone.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/frameworks.ts';

/** As the server has it: a file that is larger is refused unread. */
const MOST = 20 * 1024 * 1024;
const MOST_FILES = 20;
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
  const [large, setLarge] = useState(false);
  const sending = useMutation({
    mutationFn: async (given: readonly File[]): Promise<readonly Chosen[]> => {
      const sent: Chosen[] = [];
      for (const file of given) sent.push({ blob: (await upload(org, file)).digest, name: file.name.slice(0, 255) });
      return sent;
    },
    onSuccess: onChosen,
  });
  const take = (chosen: readonly File[]): void => {
    const given = chosen.slice(0, MOST_FILES).sort((a, b) => rank(a.name) - rank(b.name));
    const isLarge = given.some(({ size }) => size > MOST);
    setLarge(isLarge);
    if (!isLarge) sending.mutate(given);
  };
  return (
    <DropZone
      label={files.length === 0 ? say.choose : say.another}
      accept=".csv,.tsv,.txt,.xlsx,.json,text/csv,application/json"
      multiple
      verdict={verdict}
      busy={sending.isPending}
      onFiles={take}
      says={
        sending.isPending ? (
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
        )
      }
    >
      {large ? (
        <p className="note r" role="alert">
          {say.large}
        </p>
      ) : undefined}
      {sending.error === null ? undefined : <ErrorState error={sending.error} />}
    </DropZone>
  );
}
