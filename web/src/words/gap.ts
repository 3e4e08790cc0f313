import { plural } from '../kit/format.ts';

/** Person-days: to one decimal below ten, whole from there on. */
export const daysText = (n: number): string => (n < 10 ? String(Math.round(n * 10) / 10) : String(Math.round(n)));
const items = (n: number): string => String(Math.round(n * 10) / 10);

export const words = {
  title: 'Gap',
  sentence: (whole: number, of: number, want: string, have: string | undefined) =>
    have === undefined
      ? `What operates today answers ${whole} of ${of} items of ${want} whole.`
      : `${have} answers ${whole} of ${of} items of ${want} whole.`,
  sub: (partly: number, none: number, outOfScope: number) =>
    [
      `${plural(partly, 'item is reached in part', 'items are reached in part')}, ${none} not at all`,
      outOfScope === 0 ? '' : `${outOfScope} out of scope`,
    ]
      .filter((part) => part !== '')
      .join('; ')
      .concat('. Nobody is told here that an item is satisfied: an auditor concludes.'),
  have: 'Having',
  want: 'wanting',
  operating: 'What operates today',
  minStrength: 'A link counts from strength',
  mapping: 'Mapping',
  programme: (id: string) => `Scope of the programme ${id}.`,
  noProgramme: 'No programme of it is in force: the whole catalogue is counted.',
  crosswalk: 'See the crosswalk',
  next: {
    title: (n: number) =>
      n === 1 ? 'The next control that buys the most' : `The next ${n} controls that buy the most`,
    gain: (n: number) => `${items(n)} ${items(n) === '1' ? 'item' : 'items'}`,
    after: (n: number) => `${items(n)} still open`,
    none: 'Nothing is open that a control could close.',
  },
  does: { adopt: 'Adopt', start: 'Start', 'put-right': 'Put right', show: 'Show' },
  doesHelp: {
    adopt: 'from the library',
    start: 'planned',
    'put-right': 'fails',
    show: 'not observed',
  },
  effort: {
    title: 'Effort',
    span: (low: number, likely: number, high: number) =>
      `${daysText(low)}–${daysText(high)} person-days, likely ${daysText(likely)}`,
    mark: (low: number, likely: number, high: number) =>
      `${daysText(low)} to ${daysText(high)} person-days, likely ${daysText(likely)}`,
    controls: (n: number) => plural(n, 'control'),
    documents: 'Documents beside them',
    noDocuments: 'none: each is within a control’s effort, or something is filed for its controls',
    total: 'Together',
    perYear: 'To run what is new, a year',
    source: (on: string, source: string) => `As of ${on}. ${source}`,
  },
  tabs: { items: 'Items', controls: 'Controls to add', documents: 'Documents' },
  filter: 'Reference or title',
  extents: { whole: 'Whole', partial: 'In part', none: 'Not reached' },
  extent: 'Reached',
  columns: {
    item: 'Item',
    reached: 'Reached',
    because: 'Because',
    add: 'Controls to add',
    evidence: 'Evidence that serves',
    control: 'Control',
    closes: 'Closes',
    gain: 'Items',
    share: 'Still to do',
    effort: 'Effort',
    perYear: 'A year',
    document: 'Document',
    need: 'Need',
    filed: 'Filed for its controls',
    source: 'Source',
  },
  evidence: (documents: number, performances: number, checks: number) =>
    documents + performances + checks === 0
      ? 'none in these days'
      : [
          documents === 0 ? '' : plural(documents, 'document'),
          performances === 0 ? '' : plural(performances, 'performance'),
          checks === 0 ? '' : plural(checks, 'check'),
        ]
          .filter((part) => part !== '')
          .join(', '),
  share: (tenths: number) => `${items(tenths * 10)} tenths`,
  needs: { required: 'Required', usual: 'Usual' },
  filed: (n: number) => (n === 0 ? 'nothing yet' : plural(n, 'document')),
  within: (ids: string) => `within the effort of ${ids}`,
  days: (n: number) => `${daysText(n)} days`,
  operate: (n: number, of: number) => `none: ${n} of ${of} ${of === 1 ? 'control' : 'controls'} of its own operate`,
  noAdd: 'none is known',
  none: {
    items: 'No item fits',
    controls: 'No control is to be added',
    documents: 'It asks for no documents of its own',
  },
  noneHelp: 'Take a filter away to see all of them.',
  out: { title: 'Out of scope' },
  measure: 'What these figures count',
  period: (days: string) => `Evidence of ${days} is counted.`,
} as const;
