import type { ReactElement, ReactNode } from 'react';
import { useRef, useState } from 'react';
import { Button } from '../../kit/Button.tsx';
import { bytes } from '../../kit/format.ts';
import { Icon } from '../../kit/Icon.tsx';
import { words } from '../../words/evidence.ts';

/** What one upload may hold; the server refuses more. */
const MOST_BYTES = 2 * 1024 ** 3;

/** Why a file is not taken, or undefined. */
export const wrongWith = (file: File): string | undefined =>
  file.size > MOST_BYTES ? words.drop.tooLarge(bytes(file.size)) : file.size === 0 ? words.drop.empty : undefined;

const hasFiles = (event: { readonly dataTransfer: DataTransfer }): boolean =>
  [...event.dataTransfer.types].includes('Files');

/** A place on which a file is dropped: all that it holds. Dropping is a way among others; the button beside does the same. */
export function DropZone({
  onFile,
  children,
}: {
  readonly onFile: (file: File, several: boolean) => void;
  readonly children: ReactNode;
}): ReactElement {
  const [isOver, setOver] = useState(false);
  const depth = useRef(0);
  return (
    <div
      className={isOver ? 'dropz over' : 'dropz'}
      onDragEnter={(event) => {
        if (!hasFiles(event)) return;
        depth.current += 1;
        setOver(true);
      }}
      onDragOver={(event) => {
        if (hasFiles(event)) event.preventDefault();
      }}
      onDragLeave={() => {
        depth.current = Math.max(0, depth.current - 1);
        if (depth.current === 0) setOver(false);
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        const [first, ...others] = event.dataTransfer.files;
        if (first !== undefined) onFile(first, others.length > 0);
      }}
    >
      {children}
      {isOver ? (
        <div className="dropsays" aria-hidden="true">
          <Icon name="upload" />
          {words.drop.title}
        </div>
      ) : undefined}
    </div>
  );
}

/** Chooses a file: by the button, the keyboard, or by dropping it on the box. */
export function Choose({
  onFile,
  again,
}: {
  readonly onFile: (file: File, several: boolean) => void;
  readonly again?: boolean;
}): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  const picker = (
    <>
      <input
        ref={input}
        type="file"
        className="vh"
        tabIndex={-1}
        aria-label={words.drop.choose}
        data-file
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = '';
          if (file !== undefined) onFile(file, false);
        }}
      />
      <Button small={again === true} onClick={() => input.current?.click()}>
        {again === true ? undefined : <Icon name="upload" />}
        {again === true ? words.drop.another : words.drop.choose}
      </Button>
    </>
  );
  if (again === true) return picker;
  return (
    <DropZone onFile={onFile}>
      <div className="dropbox">
        {picker}
        <p className="t2">{words.drop.or}</p>
        <p className="hint">{words.drop.help}</p>
      </div>
    </DropZone>
  );
}
