import type { Band, Factors, Score } from '../certification/index.ts';
import { auditDays } from '../certification/index.ts';
import type { FrameworkId } from '../framework/catalog.ts';
import type { Answers, Industry } from './answers.ts';
import type { Shipped, Source } from './catalog.ts';
import { SHIPPED } from './catalog.ts';
import type { Measured } from './coverage.ts';
import { coverageOf, isMeasured } from './coverage.ts';

/** A figure as a plan uses it: what it is now, where it is from, and what it was. */
export interface Figure extends Band {
  readonly id: string;
  readonly title: string;
  readonly unit: Shipped['unit'];
  readonly use: Shipped['use'];
  readonly origin: 'source' | 'edited' | 'quoted' | 'measured' | 'computed';
  readonly source: Source;
  readonly notes: readonly string[];
  /** Without edits and quotes. */
  readonly before: Band;
}

/** Which bands fit the company: prices come for a few sizes only. */
export interface Sizes {
  readonly tooling: 'tooling.micro' | 'tooling.mid';
  readonly type1: 'soc2.type1.audit.small' | 'soc2.type1.audit.mid';
  readonly type2: 'soc2.type2.audit.mid' | 'soc2.type2.audit.large';
  /** Why a band was taken that is for another size, by figure. */
  readonly notes: ReadonlyMap<string, string>;
}

/** Where sizes part. The sources name “small”, “mid-size” and “large” without a number, except for tooling: these are choices of the project. */
const SMALL = 50;
const LARGE = 250;
const MANY_CATEGORIES = 4;

export function sizesOf({ persons, categories }: Pick<Answers, 'persons' | 'categories'>): Sizes {
  const notes = new Map<string, string>();
  const isSmall = persons <= SMALL;
  const isPlain = categories.length === 1;
  const type1 = isSmall && isPlain ? 'soc2.type1.audit.small' : 'soc2.type1.audit.mid';
  const isLarge = persons > LARGE || categories.length >= MANY_CATEGORIES;
  const type2 = isLarge ? 'soc2.type2.audit.large' : 'soc2.type2.audit.mid';
  if (isSmall && !isLarge) notes.set(type2, 'No band for a small Type 2: mid-size band used.');
  if (isSmall && !isPlain) notes.set(type1, 'No band for a small Type 1 with several categories: mid-size band used.');
  if (persons > LARGE) notes.set(type1, 'No band for a large Type 1: mid-size band used.');
  const tooling = persons < 20 ? 'tooling.micro' : 'tooling.mid';
  if (persons > 100) notes.set(tooling, 'No band above 100 persons: the band for 20 to 100 is used.');
  return { tooling, type1, type2, notes };
}

/** How demanding a business of an industry is to an auditor, where the company did not score itself: regulated ones the most. A project choice. */
const BUSINESS: Readonly<Record<Industry, Score>> = {
  software: 2,
  finance: 3,
  health: 3,
  'public-sector': 3,
  education: 2,
  retail: 2,
  manufacturing: 2,
  telecom: 3,
  other: 2,
};

export const factorsOf = ({ factors, industry, hasDoneBefore }: Answers): Factors =>
  factors ?? { business: [BUSINESS[industry], 2, hasDoneBefore ? 1 : 2], it: [2, 2, 2] };

export type Figures = ReadonlyMap<string, Figure>;

/** All figures, as these answers and what was measured make them: a source’s band, in place of it what is measured or computed, a quote, or an edit. */
export function figuresOf(answers: Answers, measured: Measured): Figures {
  const { notes } = sizesOf(answers);
  return new Map(
    SHIPPED.map((shipped) => {
      const own = ownFigure(shipped, answers, measured);
      const said = notes.get(shipped.id);
      const figure = { ...own, notes: [...(said === undefined ? [] : [said]), ...own.notes] };
      return [shipped.id, replaced(figure, answers)];
    }),
  );
}

function ownFigure(shipped: Shipped, answers: Answers, measured: Measured): Figure {
  const { low, likely, high, source, note, ...rest } = shipped;
  const plain = {
    ...{ ...rest, low, likely, high, source, before: { low, likely, high }, origin: 'source' as const },
    notes: note === undefined ? [] : [note],
  };
  switch (shipped.id) {
    case 'iso.months':
      return capped(plain, answers);
    case 'iso.audit.days':
      return daysFigure(plain, answers);
    case 'reuse.iso27001':
      return reuseFigure(plain, 'iso27001', answers, measured);
    case 'reuse.soc2':
      return reuseFigure(plain, 'soc2', answers, measured);
    case 'done.iso27001':
      return doneFigure(plain, 'iso27001', measured);
    case 'done.soc2':
      return doneFigure(plain, 'soc2', measured);
    default:
      return plain;
  }
}

const banded = (figure: Figure, band: Band, more: Partial<Figure>): Figure => ({
  ...{ ...figure, ...band },
  before: band,
  ...more,
});

const CAP = 12;

function capped(figure: Figure, { persons, hasDoneBefore }: Answers): Figure {
  if (persons > SMALL && !hasDoneBefore) return figure;
  const why = hasDoneBefore ? 'the team has done it before' : `there are ${persons} persons`;
  const band = { low: figure.low, likely: figure.likely, high: Math.min(figure.high, CAP) };
  return banded(figure, band, { notes: [`At most ${CAP} months, since ${why}.`, ...figure.notes] });
}

function daysFigure(figure: Figure, answers: Answers): Figure {
  const found = auditDays(answers.persons, factorsOf(answers));
  const { row, adjustment } = found;
  const rows = row.isOfTable
    ? `The table has ${row.days} days for ${row.from} to ${row.to} persons`
    : `Beyond the table its progression gives ${row.days} days for ${row.from} to ${row.to} persons`;
  const percent = (share: number): string =>
    `${share > 0 ? '+' : share < 0 ? '−' : ''}${Math.abs(Math.round(share * 100))} %`;
  const by =
    adjustment.low === 0 && adjustment.high === 0
      ? 'no adjustment'
      : `${percent(adjustment.low)} to ${percent(adjustment.high)}`;
  const note = `${rows}; business ${found.business}, IT ${found.it}: ${by}, never below 70 % of it.`;
  const source = {
    name: 'ISO/IEC 27006-1, Table C.1; factors, floor and rounding from the 2015 edition and custom',
    date: null,
    isClaim: false,
  };
  return banded(figure, found.days, { origin: 'computed', source, notes: [note] });
}

/** The second framework’s share that is done already: measured on the own controls, else on the crosswalk. */
function reuseFigure(figure: Figure, second: FrameworkId, answers: Answers, measured: Measured): Figure {
  if (isMeasured(measured) && measured[second].of > 0) {
    const { of, all, some } = measured[second];
    const band = { low: all / of, likely: (all + some / 2) / of, high: (all + some) / of };
    return banded(figure, band, {
      origin: 'measured',
      source: { name: 'your own controls', date: null, isClaim: false },
      notes: [`All controls of ${all} of ${of} items operate, some of ${some} more.`],
    });
  }
  const found = coverageOf(second, answers.categories);
  const [low = 0, likely = 0, high = 0] = [found.from7 / found.of, found.weighted, found.from5 / found.of].sort(
    (a, b) => a - b,
  );
  return banded(
    figure,
    { low, likely, high },
    {
      origin: 'measured',
      source: { name: 'the crosswalk as shipped, until controls of your own operate', date: null, isClaim: false },
      notes: [
        `Items reached: ${found.from7} of ${found.of} at strength 7 or more, ${found.from5} at 5 or more; weighted mean ${found.weighted.toFixed(2)}. A link never means that an item is met.`,
      ],
    },
  );
}

function doneFigure(figure: Figure, framework: FrameworkId, measured: Measured): Figure {
  const { of, all, some } = measured[framework];
  if (of === 0 || all + some === 0) {
    return banded(
      figure,
      { low: 0, likely: 0, high: 0 },
      {
        origin: 'measured',
        source: { name: 'your own controls', date: null, isClaim: false },
        notes: ['No control operates yet.'],
      },
    );
  }
  const share = all / of;
  return banded(
    figure,
    { low: share, likely: share, high: share },
    {
      origin: 'measured',
      source: { name: 'your own controls', date: null, isClaim: false },
      notes: [`All controls of ${all} of ${of} items operate: so much of the preparation is done.`],
    },
  );
}

/** What somebody put in its place: an edit, or the firms’ quotes. */
function replaced(figure: Figure, { edits, quotes }: Answers): Figure {
  const edit = edits.find((one) => one.figure === figure.id);
  if (edit !== undefined) {
    const { low, likely, high, why } = edit;
    const source = { name: why ?? 'edited by you', date: null, isClaim: false };
    return { ...figure, low, likely, high, origin: 'edited', source };
  }
  const offered = quotes.filter((one) => one.figure === figure.id);
  if (offered.length === 0) return figure;
  const amounts = offered.map(({ amount }) => amount).sort((a, b) => a - b);
  const middle = amounts.length / 2;
  const likely = ((amounts[Math.ceil(middle) - 1] ?? 0) + (amounts[Math.floor(middle)] ?? 0)) / 2;
  const on =
    offered
      .flatMap((quote) => quote.on ?? [])
      .sort()
      .at(-1) ?? null;
  const firms = [...new Set(offered.map(({ firm }) => firm))].join(', ');
  return {
    ...{ ...figure, low: amounts[0] ?? 0, likely, high: amounts.at(-1) ?? 0, origin: 'quoted' as const },
    source: {
      name: `${offered.length === 1 ? 'quote' : `${offered.length} quotes`} of ${firms}`,
      date: on,
      isClaim: false,
    },
  };
}

/** The band of a figure; one that is none is a fault of ours. */
export function bandOf(figures: Figures): (id: string) => Band {
  return (id) => {
    const figure = figures.get(id);
    if (figure === undefined) throw new RangeError(`There is no figure ${id}`);
    return figure;
  };
}
