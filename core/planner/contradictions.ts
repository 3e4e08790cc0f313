import type { DateText, Path } from '../kernel/index.ts';
import type { Answers } from './answers.ts';
import { REGION_NAMES, REGIONS, sharesOf, waitingAbroad } from './answers.ts';
import { isQuotable, shippedFigure } from './catalog.ts';

/** Two answers that cannot both be true, or one that cannot be meant. */
export interface Contradiction {
  readonly field: string;
  readonly path: Path;
  readonly says: string;
}

const at = (path: Path, says: string): Contradiction => ({ field: path.join('.'), path, says });

/** All contradictions in the answers, by field. `startsOn`: the day the plan would begin. */
export function contradictionsOf(answers: Answers, startsOn: DateText): readonly Contradiction[] {
  return [...inMarkets(answers), ...inDemand(answers, startsOn), ...inCompany(answers), ...inFigures(answers)];
}

function inMarkets(answers: Answers): readonly Contradiction[] {
  const { markets, waiting } = answers;
  const total = sharesOf(answers);
  const found: Contradiction[] = [];
  if (total > 100.000_001)
    found.push(
      at(['markets'], `The shares of the pipeline add up to ${round(total)} %, which is more than all of it.`),
    );
  if (total > 0 && total <= 1)
    found.push(at(['markets'], `The shares add up to ${round(total)} %. Write per cent: 55, not 0.55.`));
  for (const region of REGIONS) {
    if (total > 0 && waiting[region] > 0 && markets[region] === 0) {
      const says = `Revenue waits in ${REGION_NAMES[region]}, which has no share of the pipeline.`;
      found.push(at(['waiting', region], says));
    }
  }
  return found;
}

function inDemand({ asked, waiting, stage }: Answers, startsOn: DateText): readonly Contradiction[] {
  const found: Contradiction[] = [];
  const nobody = asked.soc2 + asked.iso27001 === 0;
  if (nobody && waiting.usCa + waitingAbroad({ waiting }) > 0)
    found.push(
      at(['asked'], 'Nobody asked for either, yet revenue waits for it. Say who asks, or that nothing waits.'),
    );
  if (nobody && asked.by !== undefined)
    found.push(at(['asked', 'by'], 'Nobody asked for either, yet a deal needs it by a date.'));
  if (asked.first !== undefined && asked[asked.first] === 0) {
    const name = asked.first === 'soc2' ? 'SOC 2' : 'ISO 27001';
    found.push(at(['asked', 'first'], `${name} is named as asked for first, and nobody asked for it.`));
  }
  if (asked.by !== undefined && asked.by <= startsOn)
    found.push(at(['asked', 'by'], `The deal needs it by ${asked.by}, and the plan begins on ${startsOn}.`));
  if (stage === 'pre-revenue' && waiting.usCa + waitingAbroad({ waiting }) > 0 && nobody)
    found.push(at(['stage'], 'A company before its first revenue has nothing waiting that nobody asked for.'));
  return found;
}

function inCompany({ persons, engineers, stage, budget, budgetIsHard, categories }: Answers): readonly Contradiction[] {
  const found: Contradiction[] = [];
  if (engineers !== undefined && engineers > persons)
    found.push(at(['engineers'], `${engineers} engineers are more than the ${persons} persons of the company.`));
  if (stage === 'growth' && engineers === 0)
    found.push(at(['engineers'], 'A growing company that sells software has engineers, its own or under contract.'));
  if (budgetIsHard && budget === undefined)
    found.push(at(['budget'], 'The budget is called a hard limit, and none is given.'));
  if (!categories.includes('security'))
    found.push(at(['categories'], 'Security is always one of the categories of a SOC 2 report.'));
  if (new Set(categories).size < categories.length) found.push(at(['categories'], 'A category is named twice.'));
  return found;
}

function inFigures({ edits, quotes }: Answers): readonly Contradiction[] {
  const found: Contradiction[] = [];
  const seen = new Set<string>();
  for (const [i, { figure, low, likely, high }] of edits.entries()) {
    const known = shippedFigure(figure);
    if (known === undefined) found.push(at(['edits', i, 'figure'], `There is no figure “${figure}”.`));
    if (seen.has(figure)) found.push(at(['edits', i, 'figure'], `${figure} is edited twice.`));
    seen.add(figure);
    if (!(low <= likely && likely <= high))
      found.push(
        at(['edits', i], `${figure}: low, likely and high must follow each other; ${low}, ${likely}, ${high} do not.`),
      );
    if (known?.unit === 'share' && high > 1)
      found.push(at(['edits', i, 'high'], `${figure} is a share between 0 and 1.`));
    if (known?.unit === 'months' && high > 120)
      found.push(at(['edits', i, 'high'], `${figure} would take more than ten years.`));
  }
  for (const [i, { figure, firm }] of quotes.entries()) {
    if (!isQuotable(figure)) {
      const says =
        shippedFigure(figure) === undefined ? `There is no figure “${figure}”.` : `${figure} is nothing a firm quotes.`;
      found.push(at(['quotes', i, 'figure'], says));
    }
    if (seen.has(figure))
      found.push(at(['quotes', i, 'figure'], `${figure} is edited and quoted by ${firm}: keep one of the two.`));
  }
  return found;
}

const round = (n: number): number => Math.round(n * 100) / 100;
