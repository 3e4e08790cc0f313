import { LIBRARY } from '@countersign/core/control/library.ts';
import { FRAMEWORKS } from '@countersign/core/framework/catalog.ts';

export const LIBRARY_SIZE = LIBRARY.length;

/** How many requirements are in scope by these answers: of SOC 2 those of Security and of the categories chosen. */
export const inScope = (frameworks: readonly ('soc2' | 'iso27001')[], categories: readonly string[]): number =>
  frameworks
    .flatMap((id) => FRAMEWORKS[id].requirements.map((requirement) => ({ id, part: requirement.part })))
    .filter(({ id, part }) => id !== 'soc2' || part === 'security' || categories.includes(part)).length;
