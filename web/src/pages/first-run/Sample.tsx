import { sample } from '@countersign/api/operations/sample.ts';
import { Refusal } from '@countersign/core/kernel/refusal.ts';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { clientFor } from '../../api/client.ts';
import { Button } from '../../kit/Button.tsx';
import { words } from '../../words/sample.ts';

interface Told {
  readonly day: string;
  readonly done: number;
  readonly of: number;
}

/** One click fills a sample organisation, and says how far it is. */
export function Sample({ enter }: { readonly enter: (organisation: string) => Promise<void> }): ReactElement {
  const [told, setTold] = useState<Told>();
  const [isBusy, setBusy] = useState(false);
  const [why, setWhy] = useState<string>();
  const fill = async (): Promise<void> => {
    setBusy(true);
    setWhy(undefined);
    try {
      const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      for await (const line of clientFor(undefined).lines(sample, { body: timeZone === '' ? {} : { timeZone } })) {
        if ('progress' in line)
          setTold({ day: line.progress.dataset, done: line.progress.done, of: line.progress.of ?? 0 });
        else if ('done' in line) return await enter(line.done.organisation);
        else return setWhy('refusal' in line ? line.refusal.message : line.fault.message);
      }
      setWhy(words.broken);
    } catch (error) {
      setWhy(error instanceof Refusal ? error.message : words.broken);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card" aria-label={words.title}>
      <div className="in stack" style={{ '--g': '10px' } as object}>
        <h2>{words.title}</h2>
        <p className="t2">{words.says}</p>
        <Button onClick={() => void fill()} busy={isBusy}>
          {words.fill}
        </Button>
        <p className="s2 t2" role="status">
          {why ?? (told === undefined ? words.stays : words.day(told.day, told.done, told.of))}
        </p>
      </div>
    </section>
  );
}
