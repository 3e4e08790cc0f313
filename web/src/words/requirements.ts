import { plural } from '../kit/format.ts';

export const words = {
  soc2: 'SOC 2',
  iso27001: 'ISO 27001',
  title: 'Requirements',
  scope: 'Scope',
  sentence: {
    soc2: (met: number, of: number) => `${met} of ${of} criteria are met.`,
    iso27001: (met: number, of: number) => `${met} of ${of} items are met.`,
  },
  sub: (partly: number, unmet: number, notObserved: number, outOfScope: number): string =>
    [
      partly === 0 ? '' : plural(partly, 'is partly met', 'are partly met'),
      unmet === 0 ? '' : plural(unmet, 'is unmet', 'are unmet'),
      notObserved === 0 ? '' : `${notObserved} cannot be judged`,
      outOfScope === 0 ? '' : plural(outOfScope, 'is out of scope', 'are out of scope'),
    ]
      .filter((part) => part !== '')
      .join(', ')
      .replace(/^./, (first) => first.toUpperCase())
      .concat('. These words describe the company’s own mapping, not an auditor’s conclusion.'),
  all: 'All',
  state: 'State',
  groupBy: 'Group by',
  groups: { series: 'Series', owner: 'Owner', state: 'State' },
  columns: {
    what: { soc2: 'Criterion and reason', iso27001: 'Item and reason' },
    state: 'State',
    since: (on: string) => `Since ${on}`,
  },
  nobody: 'Nobody yet',
  several: 'Several owners',
  filter: 'Reference or title',
  toggle: (name: string, open: boolean) => `${open ? 'Fold' : 'Unfold'} ${name}`,
  noControl: 'No control answers it.',
  none: 'No requirement fits',
  noneHelp: 'Take the filter away to see all of them.',
  panel: { controls: 'Controls', evidence: 'Evidence', why: 'Why', next: 'What to do next' },
  panelTabs: (n: number, documents: number, other: string, linked: number | undefined) => ({
    controls: `Controls ${n}`,
    crosswalk: linked === undefined ? `In ${other}` : `In ${other} ${linked}`,
    evidence: `Evidence ${documents}`,
    parts: 'Parts',
  }),
  newest: (name: string, on: string) => `Newest: ${name}, ${on}`,
  noEvidence: 'no document yet',
  documents: (n: number) => plural(n, 'document'),
  close: 'Close',
  noDocuments: 'No document is filed for any of its controls.',
  next: {
    noControl: 'Let a control answer it: choose one from the library, or map one of your own.',
    failing: (id: string, who: string) => `${who}: put ${id} right first, which fails.`,
    unseen: (id: string, who: string) => `${who}: find out why ${id} cannot be judged.`,
    planned: (id: string, n: number, who: string) =>
      n === 1
        ? `${who}: start ${id}, which is planned and says nothing yet.`
        : `${who}: start ${id} and ${n - 1} more, which are planned and say nothing yet.`,
    met: 'Nothing: every control that answers it operates.',
    out: 'Nothing: it is out of scope.',
  },
  open: (id: string) => `Open ${id}`,
  whoever: 'Whoever leads the programme',
  seen: 'What its checks saw',
  filed: (documents: number) =>
    documents === 0 ? 'What was filed' : `${plural(documents, 'document')} filed: the newest for each control`,
} as const;
