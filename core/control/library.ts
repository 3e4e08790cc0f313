import library from '@countersign/catalogs/controls/library.json' with { type: 'json' };
import { z } from 'zod';
import type { Control } from './record.ts';
import { FREQUENCIES } from './schedule.ts';

const Library = z.object({
  controls: z.array(
    z.object({
      id: z.string(),
      domain: z.string(),
      title: z.string(),
      description: z.string(),
      nature: z.enum(['manual', 'hybrid', 'automated']),
      default_frequency: z.enum(FREQUENCIES),
      owner_role: z.string(),
      maps_to: z.object({ tsc: z.array(z.string()), iso27001_2022: z.array(z.string()) }),
    }),
  ),
});

/** The library's controls as a new organisation gets them: planned, with evidence required, each still to be tailored. */
export const LIBRARY: readonly { readonly id: string; readonly body: z.input<(typeof Control)['body']> }[] =
  Library.parse(library).controls.map((control) => ({
    id: control.id,
    body: {
      title: control.title,
      description: control.description,
      frequency: control.default_frequency,
      evidence: 'required',
      domain: control.domain,
      nature: control.nature,
      ownerRole: control.owner_role,
      answers: { soc2: control.maps_to.tsc, iso27001: control.maps_to.iso27001_2022 },
    },
  }));
