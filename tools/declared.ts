import { product } from '@countersign/core/product.ts';
import { z } from 'zod';
import { COMMON } from 'countersign/flags.ts';
import { COMMANDS } from 'countersign/tour.ts';
import type { Declared } from './reference.ts';
import { read } from './sources.ts';

const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')));

/** What this product declares, and its terminal. */
export const declared: Declared = { product, version, commands: COMMANDS, common: COMMON };
