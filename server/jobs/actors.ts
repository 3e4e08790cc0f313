import { Schedule } from '@countersign/core/connector/index.ts';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { dayOf } from '@countersign/core/kernel/index.ts';
import { Person, Token } from '@countersign/core/people/index.ts';
import type { Clock } from '../clock.ts';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Organisation } from '../runtime.ts';

/** What a schedule, or the product itself, is called where it acts. */
export const scheduleActor = (id: string): string => `schedule:${id}`;
export const PRODUCT_ACTOR = 'countersign';

/**
 * Who asked for a job, as they are when it runs: who left or lost a role since does nothing more. A schedule works for the organisation and
 * outlives who set it; only one that the operator of the machine set reads the machine.
 */
export function actors(runner: Runner, clock: Clock): (org: Organisation, id: string) => Promise<Actor | undefined> {
  return async (org, id) => {
    if (id.startsWith('operator:') || id === PRODUCT_ACTOR) return { id, roles: ['operator'] };
    return runner.reading(org, {}, [Person, Token, Schedule], async ({ snapshot, asOf, position, zone }) => {
      const at = { asOf, position };
      if (id.startsWith('token:')) {
        const token = shelfOf(snapshot, Token, at).find(id.slice('token:'.length));
        return token === undefined ? undefined : { id, roles: ['operator'] };
      }
      if (id.startsWith('schedule:')) {
        const schedule = shelfOf(snapshot, Schedule, at).find(id.slice('schedule:'.length));
        if (schedule === undefined) return undefined;
        return { id, roles: schedule.actor.startsWith('operator:') ? ['operator'] : ['lead'] };
      }
      const person = shelfOf(snapshot, Person, at).find(id);
      if (person === undefined) return undefined;
      const today = dayOf(zone, clock.now());
      const { roles, startsOn, leavesOn } = person;
      if ((startsOn !== undefined && today < startsOn) || (leavesOn !== undefined && today > leavesOn))
        return undefined;
      return { id, roles };
    });
  };
}
