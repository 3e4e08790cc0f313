import type { ReactElement } from 'react';
import { words } from '../words/kit.ts';

export function NotFound(): ReactElement {
  return (
    <main className="page" id="m">
      <div className="card">
        <div className="em">
          <h1>{words.notFound}</h1>
          <p className="t2">{words.notFoundHelp}</p>
        </div>
      </div>
    </main>
  );
}
