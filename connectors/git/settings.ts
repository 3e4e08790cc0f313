import { z } from 'zod';
import { SourceRefusal } from '../kit/connector.ts';
import type { Session } from '../kit/connector.ts';

const line = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\p{Cc}]+$/u, 'no control characters');

/** Exactly one of `path` and `url`. */
export const Settings = z
  .strictObject({
    path: line.optional().describe('a repository on this machine, as an absolute path'),
    url: line.optional().describe('the https:// address of a repository'),
    branch: line.max(255).optional().describe('the branch whose history is read; else the one HEAD names'),
    user: line.max(255).optional().describe('the user name sent with the secret "token"; else x-access-token'),
  })
  .refine((settings) => (settings.path === undefined) !== (settings.url === undefined), {
    message: 'give either path or url',
  });
export type Settings = z.infer<typeof Settings>;

/** Where the repository is read from, and the branch asked for. */
export type Place =
  | { readonly is: 'path'; readonly path: string; readonly branch?: string }
  | {
      readonly is: 'url';
      readonly url: string;
      readonly user: string;
      readonly token?: string;
      readonly branch?: string;
    };

/** The session's settings and secret, parsed; refuses with `source.settings`. */
export function placeOf(session: Session): Place {
  const parsed = Settings.safeParse(session.settings);
  if (!parsed.success)
    throw new SourceRefusal('source.settings', parsed.error.issues.map(({ message }) => message).join('; '));
  const { path, url, user = 'x-access-token' } = parsed.data;
  const branch = parsed.data.branch === undefined ? {} : { branch: branchName(parsed.data.branch) };
  if (path !== undefined) return { is: 'path', path, ...branch };
  if (url === undefined) throw new SourceRefusal('source.settings', 'give either path or url');
  const token = session.secrets['token']?.trim();
  if (token === undefined || token === '') return { is: 'url', url, user, ...branch };
  if (!/^[\x21-\x7e]{1,4096}$/.test(token) || user.includes(':')) {
    throw new SourceRefusal('source.settings', 'the token or user name has characters that no header may carry');
  }
  return { is: 'url', url, user, token, ...branch };
}

/** The rules of git-check-ref-format that matter before a name reaches a command line. */
function branchName(name: string): string {
  const bare = name.replace(/^refs\/heads\//, '');
  if (bare === '' || /^[-./]|[\s~^:?*[\\]|\.\.|@\{|\/\/|[./]$|\.lock$/.test(bare)) {
    throw new SourceRefusal('source.settings', `${name} is no name of a branch`);
  }
  return bare;
}
