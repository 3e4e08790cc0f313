import { mediaWords } from '@countersign/core/evidence/media.ts';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { z } from 'zod';
import { pathWith } from '../api/download.ts';
import { useAsked, useOrganisation } from '../api/hooks.ts';
import { askJson } from '../api/session.ts';
import { words } from '../words/files.ts';
import { Button } from './Button.tsx';
import { Icon } from './Icon.tsx';
import { Facts } from './Page.tsx';
import { Answer } from './states.tsx';
import './files.css';

const File = z.object({
  name: z.string(),
  digest: z.string(),
  bytes: z.number(),
  media: z.string(),
  says: z.string().optional(),
  inline: z.boolean(),
});
type File = z.infer<typeof File>;

/** More than this is for saving: a frame of it would be no help. */
const MOST_SHOWN = 30_000_000;

/**
 * The bytes of a piece of evidence: what they are by themselves, to be saved, and, for types that run nothing, shown in a frame without an
 * origin. The address of the frame is the server’s, which serves them in a sandbox whatever this page does.
 */
export function EvidencePreview({ id }: { readonly id: string }): ReactElement {
  const path = `/api/evidence/${encodeURIComponent(id)}`;
  const file = useAsked(['evidence-file', id], (org) => askJson(org, `${path}/file`, File));
  return <Answer of={file}>{(found) => <Found file={found} content={`${path}/content`} />}</Answer>;
}

function Found({ file, content }: { readonly file: File; readonly content: string }): ReactElement {
  const org = useOrganisation();
  const [isOpen, setOpen] = useState(false);
  const isShown = file.inline && file.bytes <= MOST_SHOWN;
  return (
    <div className="stack" style={{ ['--g' as string]: '12px' }}>
      <Facts rows={[[words.preview.type, mediaWords(file.media)]]} />
      {file.says === undefined ? undefined : (
        <p className="note w">
          <span className="warn">
            <Icon name="warning" />
          </span>
          {file.says}
        </p>
      )}
      <div className="row w noprint">
        {isShown ? (
          <Button small onClick={() => setOpen(!isOpen)}>
            {isOpen ? words.preview.hide : words.preview.show}
          </Button>
        ) : undefined}
        {isShown ? undefined : (
          <span className="s2 t3">{file.inline ? words.preview.large : words.preview.notShown}</span>
        )}
      </div>
      {isOpen && isShown ? <Shown file={file} src={pathWith(content, { inline: 'true', org })} /> : undefined}
    </div>
  );
}

function Shown({ file, src }: { readonly file: File; readonly src: string }): ReactElement {
  const label = words.preview.frame(file.name);
  if (file.media.startsWith('image/')) return <img className="shown" src={src} alt={label} />;
  // Chromium’s viewer of PDFs, which runs apart from our origin, does not work in a sandbox; the server says what else may happen in it.
  const isPdf = file.media === 'application/pdf';
  return (
    <iframe
      className="shown"
      src={src}
      title={label}
      referrerPolicy="no-referrer"
      {...(isPdf ? {} : { sandbox: '' })}
    />
  );
}
