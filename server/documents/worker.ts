import { parentPort } from 'node:worker_threads';
import type { Period } from './period.ts';
import type { BoardPage } from './plan.ts';
import type { Posture } from './posture.ts';

export type Order =
  | { readonly does: 'posture'; readonly format: 'pdf' | 'docx'; readonly data: Posture }
  | { readonly does: 'period'; readonly format: 'pdf' | 'xlsx'; readonly data: Period }
  | { readonly does: 'plan'; readonly format: 'pdf'; readonly data: BoardPage };

export type Printed =
  { readonly n: number; readonly bytes: Uint8Array } | { readonly n: number; readonly fault: string };

parentPort?.on('message', ({ n, order }: { readonly n: number; readonly order: Order }) => {
  void print(order).then(
    (bytes) => parentPort?.postMessage({ n, bytes } satisfies Printed),
    (error: unknown) =>
      parentPort?.postMessage({ n, fault: error instanceof Error ? error.message : String(error) } satisfies Printed),
  );
});

/** Each form is loaded when it is first asked for. */
async function print(order: Order): Promise<Uint8Array> {
  if (order.format === 'pdf') return (await import('./typst.ts')).typeset(order.does, order.data);
  if (order.does === 'posture') return (await import('./docx.ts')).postureDocx(order.data);
  return (await import('./workbook.ts')).periodXlsx(order.data);
}
