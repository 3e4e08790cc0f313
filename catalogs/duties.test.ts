import { describe, expect, test } from 'vitest';
import library from './controls/library.json' with { type: 'json' };
import ccpa from './duties/ccpa.json' with { type: 'json' };
import gdpr from './duties/gdpr.json' with { type: 'json' };
import hipaa from './duties/hipaa.json' with { type: 'json' };
import iso22301 from './duties/iso22301.json' with { type: 'json' };
import iso27701 from './duties/iso27701.json' with { type: 'json' };
import lgpd from './duties/lgpd.json' with { type: 'json' };
import lopdp from './duties/lopdp.json' with { type: 'json' };

interface Duty {
  readonly id: string;
  readonly article: string;
  readonly title: string;
  readonly text: string;
  readonly roles: readonly string[];
  readonly trigger: string;
  readonly requests?: readonly string[];
  readonly when?: object;
  readonly deadline?: {
    readonly says: string;
    readonly from: string;
    readonly after?: string;
    readonly within?: { readonly amount: number; readonly unit: string };
  };
  readonly knownFrom: string;
  readonly supports: readonly string[];
}
interface LawFile {
  readonly $meta: { readonly asOf: string; readonly version: string };
  readonly id: string;
  readonly title: string;
  readonly whom: string;
  readonly roles: readonly string[];
  readonly timeZone: string | null;
  readonly obligations: readonly Duty[];
}

const SHIPPED = [gdpr, lopdp, lgpd, hipaa, ccpa, iso27701, iso22301] as readonly LawFile[];
const CONTROLS = new Set(library.controls.map(({ id }) => id));
const STARTS = {
  incident: ['aware', 'personal-data-known', 'year-end', 'notified'],
  request: ['received'],
  standing: [],
} as Readonly<Record<string, readonly string[]>>;

/** What is wrong with the catalogue of duties, each with where. */
function faultsOf(laws: readonly LawFile[], controls: ReadonlySet<string> = CONTROLS): readonly string[] {
  const ids = laws.flatMap(({ obligations }) => obligations.map(({ id }) => id));
  const zoneIs = (zone: string): boolean => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
    } catch {
      return false;
    }
  };
  return [
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `duplicate ${id}`),
    ...laws.flatMap((law) => [
      ...(law.timeZone === null || zoneIs(law.timeZone) ? [] : [`zone ${law.id}`]),
      ...(/^\d{4}-\d{2}-\d{2}$/.test(law.$meta.asOf) ? [] : [`as-of ${law.id}`]),
      ...law.obligations.flatMap((duty) => [
        ...(duty.id.startsWith(`${law.id}.`) ? [] : [`id ${duty.id}`]),
        ...([duty.article, duty.title, duty.text].every((text) => text.trim() !== '') ? [] : [`blank ${duty.id}`]),
        ...(['checked', 'knowledge'].includes(duty.knownFrom) ? [] : [`mark ${duty.id}`]),
        ...duty.roles.filter((role) => !law.roles.includes(role)).map((role) => `role ${duty.id} ${role}`),
        ...duty.supports.filter((id) => !controls.has(id)).map((id) => `control ${duty.id} ${id}`),
        ...(/\bcompl(?:y|ies|iant|iance)\b/i.test(`${duty.title} ${duty.text}`) ? [`claim ${duty.id}`] : []),
        ...((duty.trigger === 'standing') === (duty.deadline === undefined) ? [] : [`deadline ${duty.id}`]),
        ...(duty.deadline === undefined || STARTS[duty.trigger]?.includes(duty.deadline.from) === true
          ? []
          : [`start ${duty.id}`]),
        ...((duty.deadline?.from === 'notified') === (duty.deadline?.after !== undefined) ? [] : [`after ${duty.id}`]),
        ...(duty.deadline?.after === undefined || ids.includes(duty.deadline.after) ? [] : [`after ${duty.id}`]),
        ...((duty.trigger === 'request') === (duty.requests !== undefined) ? [] : [`requests ${duty.id}`]),
        ...((duty.trigger === 'incident') === (duty.when !== undefined) ? [] : [`when ${duty.id}`]),
      ]),
    ]),
  ];
}

const deadline = (id: string) =>
  SHIPPED.flatMap(({ obligations }) => obligations).find((duty) => duty.id === id)?.deadline;

describe('the catalogue of duties', () => {
  test('has no fault', () => {
    expect(faultsOf(SHIPPED)).toEqual([]);
    expect(SHIPPED.map(({ id, obligations }) => [id, obligations.length])).toEqual([
      ['gdpr', 16],
      ['lopdp', 13],
      ['lgpd', 13],
      ['hipaa', 16],
      ['ccpa', 11],
      ['iso27701', 9],
      ['iso22301', 9],
    ]);
  });

  test.each<[string, Partial<Duty>, string]>([
    ['a link to no control', { supports: ['ZZZ-99'] }, 'control gdpr.33 ZZZ-99'],
    ['a claim', { text: 'It complies.' }, 'claim gdpr.33'],
    ['no mark of how well it is known', { knownFrom: 'certain' }, 'mark gdpr.33'],
    ['a role the law does not know', { roles: ['covered-entity'] }, 'role gdpr.33 covered-entity'],
    ['a clock of a request that begins with an incident', { trigger: 'request' }, 'start gdpr.33'],
    [
      'a clock that follows what is not there',
      { deadline: { says: 'x', from: 'notified', after: 'gdpr.0' } },
      'after gdpr.33',
    ],
    ['an id of another law', { id: 'lgpd.33-1' }, 'id lgpd.33-1'],
    ['an empty text', { text: ' ' }, 'blank gdpr.33'],
  ])('with %s has one', (_says, broken, wanted) => {
    const law = SHIPPED[0] as LawFile;
    const duties = law.obligations.map((duty) => (duty.id === 'gdpr.33' ? { ...duty, ...broken } : duty));

    expect(faultsOf([{ ...law, obligations: duties }, ...SHIPPED.slice(1)])).toContain(wanted);
  });

  test('says of each deadline how long, in what unit', () => {
    const said = (id: string): string => `${deadline(id)?.within?.amount} ${deadline(id)?.within?.unit}`;

    expect(
      [
        'gdpr.33',
        'gdpr.15',
        'lopdp.authority',
        'lopdp.people',
        'lopdp.processor',
        'lgpd.48-authority',
        'lgpd.48-people',
        'lgpd.48-more',
        'lgpd.18',
        'hipaa.people',
        'ccpa.answer',
        'ccpa.opt-out',
      ].map(said),
    ).toEqual([
      '72 hours',
      '1 months',
      '5 calendar-days',
      '3 calendar-days',
      '2 calendar-days',
      '3 business-days',
      '3 business-days',
      '20 business-days',
      '15 calendar-days',
      '60 calendar-days',
      '45 calendar-days',
      '15 business-days',
    ]);
    expect(deadline('gdpr.34')).not.toHaveProperty('within');
  });

  test('marks as checked only what was looked up on public pages', () => {
    const checked = SHIPPED.flatMap(({ obligations }) =>
      obligations.filter(({ knownFrom }) => knownFrom === 'checked').map(({ id }) => id),
    );

    expect(checked).toEqual([
      'lopdp.representative',
      'lgpd.48-authority',
      'lgpd.48-people',
      'lgpd.48-more',
      'ccpa.confirm',
      'ccpa.answer',
      'ccpa.opt-out',
      'iso27701.system',
    ]);
  });
});
