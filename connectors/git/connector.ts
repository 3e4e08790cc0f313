import type { Connector } from '../kit/connector.ts';
import { checks } from './checks.ts';
import { branches } from './datasets/branches.ts';
import { commits } from './datasets/commits.ts';
import { merges } from './datasets/merges.ts';
import { tags } from './datasets/tags.ts';
import { openOnce } from './opened.ts';
import type { Reach } from './repository.ts';
import { Settings } from './settings.ts';

/** The git connector over a way to reach the outside; the product has one, `index.ts`. */
export function gitConnector(reach: Reach): Connector {
  const open = openOnce(reach);
  return {
    name: 'git',
    title: 'Git repository',
    says: 'Changes as the history of a repository tells them: commits, merges, branches, tags.',
    local: 'path',
    settings: Settings,
    secrets: ['token'],
    version: '1',
    async probe(session) {
      const { tip, branch, isShallow } = await open(session);
      const where = branch === undefined ? 'HEAD, on no branch' : `branch ${branch}`;
      if (tip === undefined) return { says: `an empty repository; ${where} has no commit yet` };
      return { says: `${where} at ${tip.slice(0, 12)}${isShallow ? '; shallow, so its history is not whole' : ''}` };
    },
    datasets: [commits(open), merges(open), branches(open), tags(open)],
    checks,
  };
}
