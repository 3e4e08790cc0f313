import type { ReactElement } from 'react';
import { z } from 'zod';
import { useAsked } from '../../api/hooks.ts';
import { askJson } from '../../api/session.ts';
import { bytes, count } from '../../kit/format.ts';
import { Card, Facts } from '../../kit/Page.tsx';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/files.ts';
import './page.css';

const Amount = z.object({ bytes: z.number(), files: z.number() });
const Kept = z.object({ where: z.string(), used: Amount, quota: Amount });

/** From here on the limit is named before it is met. */
const NEARLY = 0.9;

export function Storage(): ReactElement {
  const storage = useAsked(['storage'], (org) => askJson(org, '/api/storage', Kept));
  const { storage: says } = words;
  return (
    <Answer of={storage} rows={3}>
      {({ where, used, quota }) => {
        const share = Math.max(used.bytes / quota.bytes, used.files / quota.files);
        return (
          <Card title={says.title}>
            <div className="stack" style={{ ['--g' as string]: '14px' }}>
              <div
                className="quota"
                role="img"
                aria-label={says.bar(bytes(used.bytes), bytes(quota.bytes))}
                data-full={share >= NEARLY}
              >
                <i style={{ width: `${Math.min(100, 100 * share)}%` }} />
              </div>
              <Facts
                rows={[
                  [says.used, says.of(bytes(used.bytes), bytes(quota.bytes))],
                  [says.files, says.of(count(used.files), count(quota.files))],
                  [says.where, <code key="where">{where}</code>],
                ]}
              />
              {share < NEARLY ? undefined : <p className="note w">{says.nearly}</p>}
              <p className="hint">{says.help}</p>
            </div>
          </Card>
        );
      }}
    </Answer>
  );
}
