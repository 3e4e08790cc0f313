import type { Category } from '../framework/catalog.ts';
import { CATEGORIES, FRAMEWORKS } from '../framework/catalog.ts';
import type { ProgrammeBody } from '../framework/record.ts';

/** Why the criteria of a category that was not chosen are out of scope. */
export const NOT_CHOSEN = 'category not chosen';

type Out = ProgrammeBody['outOfScope'];

/** The category of a SOC 2 criterion; undefined where there is no such criterion. */
export function categoryOf(ref: string): Category | undefined {
  const part = FRAMEWORKS.soc2.requirements.find((criterion) => criterion.ref === ref)?.part;
  return CATEGORIES.find((category) => category === part);
}

/** Criteria of categories that were not chosen are out of scope, each with that as its justification. */
export const notChosen = (categories: readonly Category[]): Out =>
  FRAMEWORKS.soc2.requirements
    .filter(({ part }) => !categories.some((category) => category === part))
    .map(({ ref }) => ({ ref, justification: NOT_CHOSEN }));

/** What is out of scope once other categories are chosen: what was left out for a reason of its own stays out. */
export function withCategories(outOfScope: Out, categories: readonly Category[]): Out {
  const own = outOfScope.filter(({ ref, justification }) => {
    const category = categoryOf(ref);
    return justification !== NOT_CHOSEN && category !== undefined && categories.includes(category);
  });
  return [...own, ...notChosen(categories)];
}

/** Each once, in the order of the criteria, Security among them. */
export const sortedCategories = (categories: readonly Category[]): Category[] =>
  CATEGORIES.filter((category) => category === 'security' || categories.includes(category));
