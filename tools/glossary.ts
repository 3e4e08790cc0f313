import { GLOSSARY, GLOSSARY_SAYS, termOf } from '@countersign/core/glossary/index.ts';
import type { Term } from '@countersign/core/glossary/index.ts';

/** `docs/glossary.md`, from the terms that the web shows beside its words. */
export const glossaryPage = (mark: string): string =>
  [
    '# Glossary',
    `<!-- ${mark} The terms stand in catalogs/glossary/terms.json. -->`,
    GLOSSARY_SAYS,
    ...GLOSSARY.map(({ title, terms }) => `## ${title}\n\n${terms.map(line).join('\n')}`),
  ].join('\n\n') + '\n';

function line({ term, says, also, clauses, see }: Term): string {
  const others = also.length === 0 ? '' : ` (${also.join(', ')})`;
  const where = clauses.length === 0 ? '' : ` [${clauses.join('; ')}]`;
  const names = see.map((id) => termOf(id)?.term ?? id);
  const led = names.length === 0 ? '' : ` See ${names.join(', ')}.`;
  return `- **${term}**${others}: ${says}${led}${where}`;
}
