import type { ReactElement } from 'react';
import { useState } from 'react';
import { Button } from '../../kit/Button.tsx';

/** A secret that is shown this once: to be copied, and then it is gone. */
export function Once({
  says,
  secret,
  copy,
  copied,
  done,
  close,
}: {
  readonly says: string;
  readonly secret: string;
  readonly copy: string;
  readonly copied: string;
  readonly done: string;
  readonly close: () => void;
}): ReactElement {
  const [isCopied, setCopied] = useState(false);
  return (
    <div className="form">
      <p className="t2">{says}</p>
      <p className="once mono" tabIndex={0}>
        {secret}
      </p>
      <div className="row w">
        <Button filled onClick={() => void navigator.clipboard.writeText(secret).then(() => setCopied(true))}>
          {isCopied ? copied : copy}
        </Button>
        <Button onClick={close}>{done}</Button>
        <span role="status" className="t3">
          {isCopied ? copied : ''}
        </span>
      </div>
    </div>
  );
}
