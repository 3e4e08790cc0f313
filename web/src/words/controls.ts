import { count, plural } from '../kit/format.ts';

export const words = {
  title: 'Controls',
  sentence: (total: number, of: number): string =>
    total === of
      ? `${plural(of, 'control')} of this organisation.`
      : `${count(total)} of ${plural(of, 'control')} fit.`,
  sub: (failing: number, notObserved: number, planned: number): string =>
    [
      failing === 0 ? 'None fails' : plural(failing, 'fails', 'fail'),
      notObserved === 0 ? '' : `${notObserved} cannot be judged`,
      planned === 0 ? '' : `${planned} are planned and say nothing until they have started`,
    ]
      .filter((part) => part !== '')
      .join(', ') + '.',
  filter: 'Id, title or requirement',
  state: 'State',
  domain: 'Domain',
  owner: 'Owner',
  framework: 'Framework',
  anyDomain: 'Every domain',
  anyOwner: 'Every owner',
  anyFramework: 'Both frameworks',
  none: 'None',
  frameworks: { soc2: 'SOC 2', iso27001: 'ISO 27001' },
  ended: 'Ended',
  columns: {
    control: 'Control',
    state: 'State',
    frequency: 'How often',
    responsible: 'Responsible',
    nextDue: 'Next due',
    lastPerformed: 'Last performed',
    strip: 'Last twelve',
  },
  nobody: 'nobody yet',
  left: (on: string) => `left on ${on}`,
  inGrace: (until: string) => `in grace until ${until}`,
  notDue: 'no schedule',
  neverPerformed: 'never',
  load: 'Load more',
  empty: 'No control fits these filters',
  emptyHelp:
    'Take a filter away, or look for another word. Nothing is hidden by state: planned and ended controls are listed too.',
  frequencies: {
    continuous: 'continuous',
    daily: 'daily',
    weekly: 'weekly',
    monthly: 'monthly',
    quarterly: 'quarterly',
    semiannual: 'twice a year',
    annual: 'yearly',
    'per-event': 'per event',
  },
} as const;
