import type { Dataset, Json, Piece } from '../../kit/connector.ts';
import { commonData } from '../commit.ts';
import { commitsIn, listHistory } from '../history.ts';
import type { Batch } from '../history.ts';
import type { Open } from '../opened.ts';
import type { Repository } from '../repository.ts';

/** Merges that made the branch go forward: those on the line of first parents. */
const kind = ['--first-parent', '--exclude-first-parent-only', '--min-parents=2'];

/** Every merge into the branch, at its committer time. */
export function merges(open: Open): Dataset {
  return {
    name: 'merges',
    mode: 'events',
    says: 'every merge commit on the first-parent line of the branch, at its committer time',
    fields: {
      subject: 'first line of the message, at most 200 characters',
      author: 'name of who merged (a merge commit is written by who merges)',
      authorEmail: 'e-mail address of who merged, in lower case',
      authoredAt: 'when the merge was made (RFC 3339)',
      committer: 'name of who committed the merge; on a hosting service, often the service',
      committerEmail: 'e-mail address of who committed the merge, in lower case',
      committedAt: 'when the merge was committed (RFC 3339)',
      parents: 'number of parents',
      mergedAuthors: 'e-mail addresses of the authors and co-authors of the last commit of each merged line',
      mergesSignedTag: 'whether it merged a signed tag, whose text it then holds',
      signaturePresent: 'whether the merge commit carries a signature; not whether that is valid',
      signatureKind: 'none, gpg, ssh, x509 or other',
      reviewers: 'Reviewed-by trailers: e-mail addresses in lower case, or names where none is given',
      approvers: 'Approved-by trailers',
      ackers: 'Acked-by trailers',
      signers: 'Signed-off-by trailers',
      coAuthors: 'Co-authored-by trailers',
    },
    async *collect(session, ask) {
      const repository = await open(session);
      return yield* listHistory(repository, ask, kind, (batch) => mergeItems(repository, batch));
    },
  };
}

async function mergeItems(repository: Repository, batch: Batch): Promise<readonly Piece[]> {
  const authors = await authorsOf(
    repository,
    batch.flatMap(({ commit }) => commit.parents.slice(1)),
  );
  return batch.map(({ commit, at }) => {
    const data: Record<string, Json> = { ...commonData(commit), mergesSignedTag: commit.mergesSignedTag };
    const merged = commit.parents.slice(1).map((parent) => authors.get(parent));
    const known = merged.filter((people) => people !== undefined);
    if (known.length === merged.length) data['mergedAuthors'] = [...new Set(known.flat())];
    return { is: 'item', id: commit.hash, at, data };
  });
}

/** Author and co-authors by commit; a commit whose text was cut is left out, since co-authors may be missing. */
async function authorsOf(
  repository: Repository,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const authors = new Map<string, readonly string[]>();
  if (hashes.length === 0) return authors;
  for await (const commits of commitsIn(repository, ['--no-walk=unsorted', '--stdin'], `${hashes.join('\n')}\n`)) {
    for (const { hash, author, trailers, isCut } of commits) {
      if (!isCut) authors.set(hash, [author.email, ...trailers.coAuthors]);
    }
  }
  return authors;
}
