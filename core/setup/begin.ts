import { z } from 'zod';
import { LIBRARY } from '../control/library.ts';
import { Control } from '../control/record.ts';
import type { Category } from '../framework/catalog.ts';
import { CATEGORIES, FRAMEWORKS, FRAMEWORK_IDS } from '../framework/catalog.ts';
import { Programme } from '../framework/record.ts';
import { create, defineAct, idSchema, refuse } from '../kernel/index.ts';
import { Organisation } from '../organisation/record.ts';
import { Person } from '../people/record.ts';
import { notChosen } from '../programme/categories.ts';

export const createOrganisation = defineAct('organisation.create', {
  says: 'Begins an organisation: adopts frameworks, and the control library as planned controls.',
  input: z.strictObject({
    name: z.string().min(1).max(200),
    timeZone: z.string().max(64).default('UTC'),
    frameworks: z.array(z.enum(FRAMEWORK_IDS)).min(1).default(['soc2', 'iso27001']),
    categories: z.array(z.enum(CATEGORIES)).default(['security']),
    owner: z
      .strictObject({ id: idSchema, name: z.string().min(1).max(200), email: z.email().max(254) })
      .optional()
      .describe('Who begins it, where that is a person: its first owner.'),
    sample: z.boolean().default(false),
  }),
  reads: [Organisation, Programme, Control, Person],
  internal: true,
  allowed: ['owner', 'operator'],
  answer: z.strictObject({ controls: z.int(), requirements: z.record(z.string(), z.int()) }),
  decide(book, { name, timeZone, frameworks, categories, owner, sample }) {
    if (book.organisation.find('organisation') !== undefined) {
      throw refuse('exists', { kind: Organisation.kind, id: 'organisation' });
    }
    const chosen = [...new Set<Category>(['security', ...categories])];
    const adopted = [...new Set(frameworks)];
    const programmes = adopted.map((framework) =>
      create(Programme, framework, {
        framework,
        title: FRAMEWORKS[framework].title,
        ...(framework === 'soc2' ? { categories: chosen, outOfScope: notChosen(chosen) } : {}),
      }),
    );
    return {
      changes: [
        create(Organisation, 'organisation', { name, timeZone, sample }),
        ...(owner === undefined
          ? []
          : [create(Person, owner.id, { name: owner.name, email: owner.email, roles: ['owner'] })]),
        ...programmes,
        ...LIBRARY.map(({ id, body }) => create(Control, id, body)),
      ],
      answer: {
        controls: LIBRARY.length,
        requirements: Object.fromEntries(adopted.map((id) => [id, FRAMEWORKS[id].requirements.length])),
      },
    };
  },
});
