import { z } from 'zod';

export const Progress = z.object({
  source: z.string(),
  dataset: z.string(),
  done: z.int(),
  of: z.int().optional(),
});

/** What a long operation may say after it began to answer: progress, then exactly one of the others. */
export const linesOf = <D extends z.ZodType>(done: D) =>
  z.union([
    z.object({ progress: Progress }),
    z.object({ done }),
    z.object({
      refusal: z.object({
        code: z.string(),
        message: z.string(),
        at: z.array(z.union([z.string(), z.int()])).optional(),
      }),
    }),
    z.object({ fault: z.object({ id: z.string(), message: z.string() }) }),
  ]);
