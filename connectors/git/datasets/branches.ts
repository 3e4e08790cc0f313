import type { Dataset, Json } from '../../kit/connector.ts';
import { instant } from '../commit.ts';
import type { Open } from '../opened.ts';
import { listRefs } from '../refs.ts';

/** The branches there are now. */
export function branches(open: Open): Dataset {
  return {
    name: 'branches',
    mode: 'state',
    says: 'the branches there are, with their last commit',
    fields: {
      name: 'name of the branch',
      tip: 'hash of its last commit',
      tipAt: 'committer time of its last commit (RFC 3339)',
      isDefault: 'whether it is the branch whose history is read',
      mergedIntoDefault: 'whether that branch holds its last commit',
    },
    async *collect(session) {
      const repository = await open(session);
      const { tip, branch } = repository;
      const { rows, warnings } = await listRefs(repository, 'refs/heads/', [
        'refname',
        'objectname',
        'committerdate:unix',
      ]);
      if (warnings !== '') yield { is: 'gap', reason: `git could not read every branch: ${warnings}` };
      const merged =
        tip === undefined ? undefined : await listRefs(repository, 'refs/heads/', ['refname'], [`--merged=${tip}`]);
      const inDefault = new Set(merged?.rows.map(([ref]) => ref));
      for (const [ref = '', hash = '', seconds = ''] of rows) {
        const name = ref.slice('refs/heads/'.length);
        const data: Record<string, Json> = { name, tip: hash, isDefault: name === branch };
        if (/^\d{1,11}$/.test(seconds)) data['tipAt'] = instant(Number(seconds));
        if (merged !== undefined && !repository.isShallow) data['mergedIntoDefault'] = inDefault.has(ref);
        yield { is: 'item', id: name, data };
      }
      return {};
    },
  };
}
