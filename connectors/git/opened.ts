import type { Session } from '../kit/connector.ts';
import { openRepository } from './repository.ts';
import type { Reach, Repository } from './repository.ts';

export type Open = (session: Session) => Promise<Repository>;

/** Opens, and for a URL fetches, once per session: all datasets of a run read the same state. */
export function openOnce(reach: Reach): Open {
  const opened = new WeakMap<Session, Promise<Repository>>();
  return (session) => {
    const known = opened.get(session);
    if (known !== undefined) return known;
    const opening = openRepository(session, reach);
    opened.set(session, opening);
    return opening;
  };
}
