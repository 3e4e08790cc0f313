import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Verdict } from '../../api/allowed.ts';
import { useOrganisation } from '../../api/hooks.ts';
import { upload } from '../../api/upload.ts';
import { DropZone } from '../../kit/DropZone.tsx';
import { digest as shortDigest } from '../../kit/format.ts';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/import.ts';

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
  const [large, setLarge] = useState(false);
  const sending = useMutation({
    mutationFn: (file: File) => upload(org, file),
    onSuccess: (sent, file) => onChosen(sent.digest, file.name),
  });
  const take = ([file]: readonly File[]): void => {
    if (file === undefined) return;
    setLarge(file.size > MOST);
    if (file.size <= MOST) sending.mutate(file);
  };
  return (
    <DropZone
      label={name === undefined ? words.file.choose : words.file.another}
      accept=".csv,.tsv,.txt,.xlsx,text/csv"
      verdict={verdict}
      busy={sending.isPending}
      onFiles={take}
      says={
        sending.isPending ? (
          <p>{words.file.uploading}</p>
        ) : name === undefined ? (
          <p className="t2">{verdict.because ?? words.file.drop}</p>
        ) : (
          <>
            <p className="b" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </p>
            {digest === undefined ? undefined : <p className="s2 t3 mono">{words.file.digest(shortDigest(digest))}</p>}
          </>
        )
      }
    >
      {name === undefined ? <p className="in s2 t3 under">{words.file.sample}</p> : undefined}
      {large ? (
        <p className="note r" role="alert">
          {words.file.large}
        </p>
      ) : undefined}
      {sending.error === null ? undefined : <ErrorState error={sending.error} />}
    </DropZone>
  );
}
