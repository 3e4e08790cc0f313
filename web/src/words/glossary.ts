/** The glossary page, and the words beside terms everywhere. */
export const words = {
  title: 'Glossary',
  sentence: 'One word for one thing, here and in every sentence of the product',
  sub: 'Where the trade has a word, it is that word. The definitions are ours; a clause says where the standards use the thing.',
  filter: 'Filter the terms',
  none: 'No term has these words. Try a part of one.',
  nothing: 'Nothing found',
  see: 'See also',
  found: (n: string) => `${n} found`,
  also: (others: string) => `also: ${others}`,
} as const;
