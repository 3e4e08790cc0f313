import type { ReactElement } from 'react';
import { Empty } from '../kit/states.tsx';
import { words } from '../words/kit.ts';

export function NotFound(): ReactElement {
  return (
    <main className="page" id="m">
      <div className="card">
        <Empty title={words.notFound}>{words.notFoundHelp}</Empty>
      </div>
    </main>
  );
}
