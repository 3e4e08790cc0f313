import { product } from '@countersign/core/product.ts';
import { describe, expect, test } from 'vitest';
import { LENGTH_DAYS } from './days.ts';
import { STARTED } from './story/controls.ts';
import { NAMES } from './story/people.ts';
import { digestOf, storyUntil } from './story/story.ts';
import { libraryBody } from './story/work.ts';

const story = storyUntil('2026-11-26', 'Europe/Madrid');

describe('the story of the sample', () => {
  test('is the same whenever it is told of the same day, and another with another seed', () => {
    const digest = digestOf(story);

    expect(digestOf(storyUntil('2026-11-26', 'Europe/Madrid'))).toBe(digest);
    expect(digestOf(storyUntil('2026-11-26', 'Europe/Madrid', 'another'))).not.toBe(digest);
  });

  test('names each step once, so that none is done twice and none is taken for another', () => {
    const names = story.steps.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
  });

  test('goes forward, from the first day to the last', () => {
    const times = story.steps.map(({ at }) => at);

    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(story.days.at(0, 0));
    expect(story.steps.findLast(({ is }) => is === 'collection')?.at).toBeGreaterThan(story.days.at(LENGTH_DAYS, 0));
  });

  test('has nobody do what their roles do not allow', () => {
    for (const step of story.steps) {
      const name = step.is === 'act' ? step.act : step.is === 'evidence' ? 'evidence.add' : 'source.add';
      const { roles } = story.actorOf(step.by);

      expect(
        product.acts.get(name)?.allowed.some((role) => roles.includes(role)),
        step.name,
      ).toBe(true);
    }
  });

  test('starts controls that the library has, and leaves others planned', () => {
    const started = Object.keys(STARTED);

    expect(() => started.map(libraryBody)).not.toThrow();
    expect(started.length).toBeGreaterThan(70);
    expect(started.length).toBeLessThan(100);
  });

  test('invents people at example.com only, with ids that name nobody', () => {
    const people = story.steps.flatMap((step) =>
      step.is === 'act' && Array.isArray(step.input['records'])
        ? step.input['records'].filter(({ kind }: { kind: string }) => kind === 'person')
        : [],
    );

    expect(new Set(people.map(({ id }) => id)).size).toBe(NAMES.length);
    for (const { id, email } of people) {
      expect(id).toMatch(/^p-[0-9a-f]{12}$/);
      expect(email).toMatch(/^[a-z]+@example\.com$/);
    }
  });

  test.each(['2026-01-01', '2026-03-29', '2027-02-28', '2028-02-29', '2026-10-26'])(
    'can be told on any day, such as %s, and in any zone',
    (last) => {
      for (const zone of ['UTC', 'Asia/Kolkata', 'America/St_Johns']) {
        const told = storyUntil(last, zone);

        expect(told.steps.length).toBeGreaterThan(2000);
        for (const step of told.steps)
          if (step.is === 'act' && typeof step.input['at'] === 'string')
            expect(Date.parse(step.input['at'])).toBeLessThanOrEqual(step.at);
      }
    },
  );
});
