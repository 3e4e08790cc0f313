import type { ReactElement } from 'react';
import { useState } from 'react';
import { Dialog } from '../kit/Panel.tsx';
import { words } from '../words/kit.ts';
import { areKeysOff, turnKeys } from './keys.ts';

export default function KeyList({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [off, setOff] = useState(areKeysOff());
  return (
    <Dialog title={words.keys.title} open onClose={onClose} size="sm">
      <dl className="kv">
        {words.keys.list.map(([key, does]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button
        type="button"
        className="btn"
        style={{ marginTop: 16 }}
        onClick={() => {
          turnKeys(off);
          setOff(!off);
        }}
      >
        {off ? words.keys.turnOn : words.keys.off}
      </button>
    </Dialog>
  );
}
