import { z } from 'zod';
import type { Change } from '../kernel/index.ts';
import { change, create, defineAct, idSchema, move, printInstant, ref } from '../kernel/index.ts';
import { Difference, IntegrityFinding } from './record.ts';

export const recordIntegrity = defineAct('integrity.record', {
  says: 'Records differences that a self-check found, and which of the earlier ones it no longer finds. One that is on record already is not recorded again.',
  input: z.strictObject({
    findings: z.array(Difference).max(200).default([]),
    gone: z.array(idSchema).max(500).default([]),
  }),
  reads: [IntegrityFinding],
  allowed: ['operator'],
  answer: z.strictObject({ recorded: z.array(z.string()), again: z.array(z.string()), gone: z.array(z.string()) }),
  decide(book, { findings, gone }, { now }) {
    const changes: Change[] = [];
    const answer = { recorded: [] as string[], again: [] as string[], gone: [] as string[] };
    const given = new Map(findings.map((finding) => [finding.id, finding]));
    for (const { id, ...told } of given.values()) {
      const held = book['integrity-finding'].find(id);
      if (held === undefined) {
        changes.push(create(IntegrityFinding, id, told));
        answer.recorded.push(id);
      } else if (held.goneAt !== undefined) {
        const { expected, found, says } = told;
        changes.push(move(IntegrityFinding, held, 'return', { expected, found, says, goneAt: undefined }));
        answer.again.push(id);
      }
    }
    for (const id of new Set(gone)) {
      const held = book['integrity-finding'].find(id);
      if (held === undefined || held.goneAt !== undefined || given.has(id)) continue;
      changes.push(change(IntegrityFinding, held, { goneAt: printInstant(now) }));
      answer.gone.push(id);
    }
    return { changes, answer };
  },
});

export const explainIntegrity = defineAct('integrity.explain', {
  says: 'Says what a difference was. It stays visible, with what was said.',
  input: z.strictObject({ finding: ref('integrity-finding'), explanation: z.string().min(3).max(4000) }),
  reads: [IntegrityFinding],
  on: { kind: IntegrityFinding, field: 'finding', move: 'explain' },
  allowed: ['owner', 'lead'],
  decide: (book, { finding, explanation }, { actor }) => [
    move(IntegrityFinding, book['integrity-finding'].get(finding), 'explain', { explanation, explainedBy: actor.id }),
  ],
});
