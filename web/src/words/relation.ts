/** Tenths as people read them: whole, or to one decimal. */
export const tenthsText = (n: number): string => String(Math.round(n * 10) / 10);

export const words = {
  says: {
    equal: (from: string, to: string) => `${from} equals ${to}`,
    superset: (from: string, to: string) => `${from} contains ${to}`,
    subset: (from: string, to: string) => `${from} is contained in ${to}`,
    intersects: (from: string, to: string) => `${from} overlaps ${to}`,
    none: (from: string, to: string) => `${from} and ${to} share nothing`,
    unclaimed: (from: string, to: string) => `${from} reaches ${to}; how they relate cannot be claimed`,
  },
  names: {
    equal: 'Equals',
    superset: 'Contains',
    subset: 'Contained in',
    intersects: 'Overlaps',
    unclaimed: 'Not claimed',
  },
  strength: (least: number, most: number): string =>
    most > least
      ? `strength at least ${tenthsText(least)} and at most ${tenthsText(most)} of 10`
      : `strength ${tenthsText(least)} of 10`,
  cover: (whole: number, partly: number, of: number): string =>
    `${whole} of ${of} whole, ${partly} in part, ${of - whole - partly} not`,
} as const;
