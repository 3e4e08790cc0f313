import { plural } from '../kit/format.ts';

export const words = {
  title: 'Crosswalk',
  sentence: {
    evidence: (n: number, of: number, from: string, to: string) =>
      `Evidence collected for ${from} serves ${n} of ${of} items of ${to}.`,
    crosswalk: (whole: number, partly: number, of: number, from: string, to: string) =>
      `${from} contains ${whole} of ${of} items of ${to}, and overlaps ${partly} more.`,
  },
  sub: 'Counts with their definitions, both ways; each opens to its items. A link says what can be shared. It never says that an item is satisfied.',
  pick: {
    from: 'Compare',
    to: 'with',
    swap: 'Swap',
    mapping: 'Mapping',
    mappings: { shipped: 'Pair by pair, as shipped', elements: 'By elements of criteria, as shipped' },
    gap: 'What is still needed',
  },
  frameworks: {
    soc2: 'SOC 2',
    iso27001: 'ISO/IEC 27001:2022',
    'iso27001-2013': 'ISO/IEC 27001:2013',
  } as Readonly<Record<string, string>>,
  measured: {
    title: 'Measured coverage',
    basis: 'Counted by',
    of: (to: string, from: string) => `Items of ${to} reached from ${from}`,
    definition: { 1: 'Any link', 5: 'About half or more', 7: 'Most of the evidence' } as Readonly<
      Record<number, string>
    >,
    strength: (n: number) => `strength ${n} or more`,
    reached: (n: number, of: number) => `${n} of ${of}`,
    whole: (n: number) => `${n} whole`,
    partly: (n: number) => `${n} in part`,
    mean: (mean: number, of: number) =>
      `Best strength of an item, on average over ${of}: ${(mean * 10).toFixed(1)} of 10`,
    open: (basis: string, n: number) => `Show the items: ${basis}, strength ${n} or more`,
    none: 'Nothing yet in these days.',
    unanswered: 'Controls name items of SOC 2 and ISO 27001 only: for these two there is nothing to count here.',
  },
  bases: { evidence: 'Own evidence', crosswalk: 'Crosswalk', controls: 'Own controls' },
  basesHelp: {
    evidence: (days: string) => `Answered by a control for which evidence collected for the other exists, ${days}`,
    crosswalk: 'Linked by the mapping to an item of the other',
    controls:
      'Answered by a control that answers the other too. Library controls are mapped to both, so this is near all of them by construction',
  },
  groups: {
    title: (to: string) => `${to} by group`,
    at: 'Counting links of strength',
    orMore: (n: string) => `${n} or more`,
    reached: (touched: number, of: number, whole: number) => `${touched} of ${of}, ${whole} whole`,
  },
  items: {
    title: 'Item by item',
    direction: 'Items of',
    minStrength: 'Strength',
    filter: 'Reference or title',
    extent: 'Reached',
    relation: 'Best link',
    extents: { whole: 'Whole', partial: 'In part', none: 'Not reached' },
    columns: {
      item: 'Item',
      extent: 'Reached',
      best: 'Best link',
      strength: 'Strength',
      links: 'Links',
      because: 'Because',
      controls: 'Controls that carry over',
    },
    strength: (tenths: string) => `${tenths} of 10`,
    range: (least: string, most: string) => `${least} to ${most} of 10`,
    carried: (n: number, of: number) => `${n} of ${of}`,
    none: 'No item fits',
    noneHelp: 'Take a filter away to see all of them.',
    nothing: (from: string) => `Nothing in ${from} reaches it.`,
    noControl: 'No control answers it.',
  },
  panel: {
    by: (n: number, from: string) => (n === 1 ? `One link from ${from}` : `${n} links from ${from}`),
    open: 'What stays open',
    openWhole: (from: string) =>
      `${from} asks for all of it, so its evidence serves. An auditor still looks at it on its own.`,
    openPart: (tenths: string, from: string) =>
      `The best link reaches ${tenths} of 10. No item of ${from} contains it: for the rest it needs evidence of its own.`,
    openNone: (from: string) =>
      `Nothing in ${from} reaches it at this strength: it needs controls and evidence of its own.`,
    by2: 'By way of',
    range: (least: string, most: string) => `By this way between ${least} and ${most} of 10; figures count ${least}.`,
    others: (n: number) => (n === 1 ? 'One other way' : `${n} other ways`),
    other: (by: string, least: string, most: string) => `By ${by}: ${least} to ${most} of 10`,
    direct: 'directly',
    weaker: (n: number) => plural(n, 'weaker link', 'weaker links'),
    back: (tenths: string) => `back ${tenths} of 10`,
    reviewer: (who: string) => `Read over by ${who}`,
    provenance: 'Provenance',
    summary: 'What it asks',
    controls: 'Controls that answer it',
    serves: (refs: string, from: string) => `also answers ${refs} of ${from}`,
    servesNone: (from: string) => `answers nothing of ${from}`,
    collected: (documents: number, performances: number, checks: number) =>
      documents + performances + checks === 0
        ? 'nothing collected in these days'
        : `${plural(documents, 'document')}, ${plural(performances, 'performance')} with evidence, ${plural(checks, 'check')} observed`,
    requirement: 'Open the requirement',
  },
  sources: { title: 'Where the figures come from', period: (days: string) => `Evidence of ${days}.` },
  inOther: {
    none: (ref: string, other: string) => `No item of ${other} is linked to ${ref}.`,
    more: (n: number, least: string, most: string) =>
      least === most
        ? `${plural(n, 'weaker link', 'weaker links')}, strength ${least}`
        : `${plural(n, 'weaker link', 'weaker links')}, strength ${least} to ${most}`,
    fewer: 'Fewer links',
    open: (other: string) => `What stays open in ${other}`,
    serves: (refs: string, ref: string, n: number) =>
      `${refs} ${n === 1 ? 'asks' : 'ask'} only for a part of ${ref}, so its evidence serves.`,
    needs: (refs: string, ref: string, n: number, tenths: string) =>
      `For ${refs} you need evidence of your own: ${ref} reaches ${n === 1 ? 'it' : 'them'} with strength ${tenths} at most.`,
    rest: (refs: string, ref: string) => `${ref} overlaps ${refs}: look what of each it leaves.`,
    listed: (refs: readonly string[]): string => {
      const last = refs.at(-1) ?? '';
      return refs.length < 2 ? last : `${refs.slice(0, -1).join(', ')} and ${last}`;
    },
    others: (n: number) => `${n} others`,
    explorer: 'See it in the crosswalk',
    relation: {
      equal: (ref: string) => `${ref} equals it`,
      superset: (ref: string) => `${ref} contains it`,
      subset: (ref: string) => `It contains ${ref}`,
      intersects: (ref: string) => `${ref} overlaps it`,
      none: (ref: string) => `${ref} shares nothing with it`,
      unclaimed: (ref: string) => `${ref} reaches it`,
    },
  },
} as const;
