import { plural } from '../kit/format.ts';

/** "6", "6.4"; of bounds that differ, "6 to 8". */
const tenths = (n: number): string => String(Math.round(n * 10) / 10);
const range = (least: number, most: number): string =>
  tenths(least) === tenths(most) ? tenths(least) : `${tenths(least)} to ${tenths(most)}`;

export const words = {
  title: 'Parts of criteria',
  sentence: {
    soc2: (whole: number, of: number) =>
      `${whole} of ${of} parts of SOC 2 criteria are served whole by an ISO 27001 item.`,
    iso27001: (none: number, of: number) =>
      `${of - none} of ${of} ISO 27001 items share something with a SOC 2 criterion.`,
  },
  sub: (open: number, rule: string) =>
    `${open === 0 ? '' : `${plural(open, 'part is', 'parts are')} served by none. `}${rule}`,
  subItems: (none: number, rule: string) =>
    `${none === 0 ? '' : `${plural(none, 'item is', 'items are')} asked beside SOC 2. `}${rule}`,
  frameworks: { soc2: 'SOC 2', iso27001: 'ISO 27001' },
  framework: 'Listed by',
  filter: 'Reference or title',
  table: { soc2: 'Criteria and what they consist of', iso27001: 'ISO 27001 items and the criteria they serve' },
  show: 'Show',
  filters: { all: 'All', open: 'With open parts', whole: 'Whole', none: 'Joined to none' },
  columns: {
    ref: 'Reference',
    title: 'Title',
    parts: 'Parts',
    whole: 'Served whole',
    open: 'Served by none',
    others: { soc2: 'ISO items', iso27001: 'Criteria' },
    covered: { soc2: 'Served, tenths', iso27001: 'Reached, tenths' },
  },
  all: 'All criteria and their parts',
  none: 'Nothing fits',
  noneHelp: 'Take the filter away to see all of them.',
  how: 'How to read this',
  counts: (lines: number, plain: number, pairs: number, bare: number) =>
    `Of ${lines} lines, ${lines - plain} say that an item or a part is whole and ${plain} that they overlap. Taken together they join ${pairs} pairs of criterion and item; of ${bare} nothing more is known than that they share something.`,
  jointly: (half: number, most: number, of: number) =>
    `All ISO items together serve at least five tenths of ${half} of ${of} criteria, and at least seven tenths of ${most}. No single item does nearly as much: criteria are wide, and overlap by the best single link says less here.`,
  together:
    'Two items may serve the same part. What they serve together is therefore told as the least that is certain and the most that is possible.',
  panel: {
    parts: 'What it consists of',
    items: 'What that makes of each item',
    criteria: 'Which criteria it serves',
    left: (least: number, most: number) =>
      most === 0 ? 'Nothing is left open.' : `Left open: ${range(least, most)} of 10 tenths.`,
    leftItem: (least: number, most: number) =>
      most === 0 ? 'SOC 2 reaches all of it.' : `Not reached by SOC 2: ${range(least, most)} of 10 tenths.`,
    weight: (n: number) => `${plural(n, 'tenth')} of the criterion`,
    noItem: 'No ISO 27001 item serves this part: it needs evidence of its own.',
    noCriterion: 'No SOC 2 criterion reaches this item: ISO 27001 asks for it beside SOC 2.',
    whole: 'Whole',
    serves: (n: number) => `serves ${n} of 10`,
    reaches: (n: number) => `${n} of 10 of the item`,
    both: (item: number, criterion: number) =>
      `${tenths(item)} tenths of the item, ${tenths(criterion)} tenths of the criterion`,
  },
  meter: (least: number, most: number) => `${range(least, most)} of 10 tenths`,
  tenths: range,
} as const;
