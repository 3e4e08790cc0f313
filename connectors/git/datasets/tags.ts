import type { Dataset, Json } from '../../kit/connector.ts';
import { instant, shortened, signatureKind } from '../commit.ts';
import type { Open } from '../opened.ts';
import { listRefs } from '../refs.ts';

const fields = [
  'refname',
  'objecttype',
  'objectname',
  '*objectname',
  'creatordate:unix',
  'taggername',
  'taggeremail:trim',
  'contents:signature',
];

/** The tags there are now. */
export function tags(open: Open): Dataset {
  return {
    name: 'tags',
    mode: 'state',
    says: 'the tags there are',
    fields: {
      name: 'name of the tag',
      target: 'hash of the commit (or other object) it names',
      annotated: 'whether it is an object of its own, with tagger and message',
      signaturePresent: 'whether the tag itself carries a signature; not whether that is valid',
      signatureKind: 'none, gpg, ssh, x509 or other; a tag that is not annotated has none of its own',
      tagger: 'name of who made it (annotated tags)',
      taggerEmail: 'e-mail address of who made it, in lower case (annotated tags)',
      taggedAt: 'when it was made; for a tag that is not annotated, when its commit was committed',
    },
    async *collect(session) {
      const repository = await open(session);
      const { rows, warnings } = await listRefs(repository, 'refs/tags/', fields);
      if (warnings !== '') yield { is: 'gap', reason: `git could not read every tag: ${warnings}` };
      for (const [
        ref = '',
        type,
        hash = '',
        peeled = '',
        seconds = '',
        tagger = '',
        email = '',
        signature = '',
      ] of rows) {
        const name = ref.slice('refs/tags/'.length);
        const annotated = type === 'tag';
        const kind = annotated ? signatureKind(signature) : 'none';
        const data: Record<string, Json> = {
          name,
          target: annotated ? peeled : hash,
          annotated,
          signaturePresent: kind !== 'none',
          signatureKind: kind,
        };
        if (annotated && tagger !== '') data['tagger'] = shortened(tagger);
        if (annotated && email !== '') data['taggerEmail'] = shortened(email).toLowerCase();
        if (/^\d{1,11}$/.test(seconds)) data['taggedAt'] = instant(Number(seconds));
        yield { is: 'item', id: name, data };
      }
      return {};
    },
  };
}
