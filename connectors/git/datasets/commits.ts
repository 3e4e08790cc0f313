import type { Dataset } from '../../kit/connector.ts';
import { commonData } from '../commit.ts';
import { listHistory } from '../history.ts';
import type { Open } from '../opened.ts';

/** Every commit in the history of the branch, at its committer time. */
export function commits(open: Open): Dataset {
  return {
    name: 'commits',
    mode: 'events',
    says: 'every commit in the history of the branch, at its committer time',
    fields: {
      subject: 'first line of the message, at most 200 characters',
      author: 'name of who wrote it, as the commit says',
      authorEmail: 'e-mail address of who wrote it, in lower case',
      authoredAt: 'when it was written (RFC 3339)',
      committer: 'name of who committed it',
      committerEmail: 'e-mail address of who committed it, in lower case',
      committedAt: 'when it was committed (RFC 3339)',
      parents: 'number of parents',
      isMerge: 'whether it has more than one parent',
      signaturePresent: 'whether the commit carries a signature; not whether that is valid',
      signatureKind: 'none, gpg, ssh, x509 or other',
      reviewers: 'Reviewed-by trailers: e-mail addresses in lower case, or names where none is given',
      approvers: 'Approved-by trailers',
      ackers: 'Acked-by trailers',
      signers: 'Signed-off-by trailers',
      coAuthors: 'Co-authored-by trailers',
    },
    async *collect(session, ask) {
      const repository = await open(session);
      return yield* listHistory(repository, ask, [], async (batch) =>
        batch.map(({ commit, at }) => ({
          is: 'item',
          id: commit.hash,
          at,
          data: { ...commonData(commit), isMerge: commit.parents.length > 1 },
        })),
      );
    },
  };
}
