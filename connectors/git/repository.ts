import { mkdir, readFile, readdir, realpath, rm, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve as resolvePath } from 'node:path';
import { SourceRefusal } from '../kit/connector.ts';
import type { Session } from '../kit/connector.ts';
import type { Resolve } from '../kit/outside.ts';
import { remoteAt } from './address.ts';
import type { Remote } from './address.ts';
import { gitAnswer, gitText } from './command.ts';
import { placeOf } from './settings.ts';
import type { Place } from './settings.ts';

/** A repository that can be read now, and the line of history that was asked for. */
export interface Repository {
  readonly gitFolder: string;
  readonly signal: AbortSignal;
  /** The branch read, without refs/heads/; undefined while HEAD is on no branch. */
  readonly branch?: string;
  /** Its commit; undefined in a repository that holds no commit yet. */
  readonly tip?: string;
  /** A shallow repository ends where it was cut, not where its history began. */
  readonly isShallow: boolean;
}

/** How the outside is reached. Tests stand a server of their own in; the product has no such setting. */
export interface Reach {
  readonly resolve: Resolve;
  readonly insideAllowed?: boolean;
  readonly certificateFile?: string;
}

const cloneLimitBytes = 4 * 1024 ** 3;
const fetchLimitMs = 30 * 60_000;

/**
 * Opens the source of a session: a local repository in place, or a bare copy in the work folder brought up to date.
 * Refuses with the codes of `SourceRefusal`.
 */
export async function openRepository(session: Session, reach: Reach): Promise<Repository> {
  const place = placeOf(session);
  const { signal } = session;
  const gitFolder =
    place.is === 'path' ? await localFolder(session, place.path) : await upToDate(session, place, reach);
  const isShallow = await gitAnswer({ gitFolder, signal, args: ['rev-parse', '--is-shallow-repository'] });
  if (isShallow === undefined) throw new SourceRefusal('source.not-found', 'git does not read this as a repository');
  return {
    gitFolder,
    signal,
    isShallow: isShallow !== 'false',
    ...(await lineOfHistory(gitFolder, signal, place.branch)),
  };
}

async function lineOfHistory(
  gitFolder: string,
  signal: AbortSignal,
  asked: string | undefined,
): Promise<{ readonly branch?: string; readonly tip?: string }> {
  const git = (...args: string[]) => gitAnswer({ gitFolder, signal, args });
  const head = await git('symbolic-ref', '--quiet', 'HEAD');
  const ref = asked === undefined ? (head ?? 'HEAD') : `refs/heads/${asked}`;
  const tip = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
  const branch = ref.startsWith('refs/heads/') ? { branch: ref.slice('refs/heads/'.length) } : {};
  if (tip !== undefined) return { ...branch, tip };
  const others = await git('for-each-ref', '--count=1', '--format=%(refname)', 'refs/heads/');
  if (asked === undefined && others === '') return branch;
  throw new SourceRefusal(
    'source.not-found',
    `there is no branch ${ref.replace(/^refs\/heads\//, '')} in this repository`,
  );
}

/** The git folder of a local repository: bare, with `.git`, or a worktree's `.git` file, all links resolved. */
async function localFolder(session: Session, path: string): Promise<string> {
  if (!session.localAllowed) {
    throw new SourceRefusal(
      'source.local-only',
      'reading paths of this machine is not allowed here (COUNTERSIGN_LOCAL_SOURCES)',
    );
  }
  if (!isAbsolute(path)) throw new SourceRefusal('source.settings', 'the path of a repository must be absolute');
  const folder = await realpath(path).catch(() => undefined);
  if (folder === undefined) throw new SourceRefusal('source.not-found', `there is nothing at ${path}`);
  for (const candidate of [await linkedFolder(folder), join(folder, '.git'), folder]) {
    if (candidate !== undefined && (await isGitFolder(candidate))) return realpath(candidate);
  }
  throw new SourceRefusal('source.not-found', `${path} is no git repository (give its top folder)`);
}

async function linkedFolder(folder: string): Promise<string | undefined> {
  const link = await readFile(join(folder, '.git'), 'utf8').catch(() => '');
  const target = /^gitdir: (.+)$/m.exec(link)?.[1];
  return target === undefined ? undefined : resolvePath(folder, target);
}

async function isGitFolder(folder: string): Promise<boolean> {
  const names: readonly string[] = await readdir(folder).catch(() => []);
  return names.includes('HEAD') && (names.includes('objects') || names.includes('commondir'));
}

/**
 * The bare copy in the work folder, fetched. Only commits and tags are asked for (`tree:0`): what the files say is
 * never needed, so a server that can leave it out does not send it to us.
 */
async function upToDate(session: Session, place: Place & { readonly is: 'url' }, reach: Reach): Promise<string> {
  const remote = await remoteAt(place.url, reach.resolve, reach.insideAllowed);
  const gitFolder = join(session.workFolder, 'copy.git');
  const { signal } = session;
  const outward = {
    gitFolder,
    signal,
    config: outwardConfig(remote, place, reach),
    env: { GIT_ALLOW_PROTOCOL: 'https' },
  };
  await mkdir(gitFolder, { recursive: true, mode: 0o700 });
  if (!(await isGitFolder(gitFolder))) {
    await gitText({ gitFolder, signal, args: ['init', '--quiet', '--bare', '--template=', '--', gitFolder] });
  }
  const said = await asRemote(
    place,
    gitText({ ...outward, limitMs: 120_000, args: ['ls-remote', '--symref', '--', remote.url, 'HEAD'] }),
  );
  const head = /^ref: (refs\/heads\/[^\s]+)\tHEAD$/m.exec(said.out)?.[1];
  if (head !== undefined) await gitText({ gitFolder, signal, args: ['symbolic-ref', 'HEAD', head] });
  const fetching = new AbortController();
  const watch = setInterval(() => {
    void sizeOf(gitFolder).then((bytes) => {
      if (bytes > cloneLimitBytes) fetching.abort();
    });
  }, 2000);
  try {
    await asRemote(
      place,
      gitText({
        ...outward,
        signal: AbortSignal.any([signal, fetching.signal]),
        limitMs: fetchLimitMs,
        args: [
          'fetch',
          '--quiet',
          '--force',
          '--prune',
          '--no-tags',
          '--no-write-fetch-head',
          '--no-recurse-submodules',
          '--filter=tree:0',
          '--update-head-ok',
          '--',
          remote.url,
          '+refs/heads/*:refs/heads/*',
          '+refs/tags/*:refs/tags/*',
        ],
      }),
    );
  } catch (fault) {
    if (!fetching.signal.aborted) throw fault;
    await rm(gitFolder, { recursive: true, force: true });
    throw new SourceRefusal('source.limit', `the repository is larger than ${cloneLimitBytes / 1024 ** 3} GiB`);
  } finally {
    clearInterval(watch);
  }
  return gitFolder;
}

function outwardConfig(remote: Remote, place: Place & { readonly is: 'url' }, reach: Reach): Record<string, string> {
  const basic = place.token === undefined ? undefined : Buffer.from(`${place.user}:${place.token}`).toString('base64');
  return {
    'protocol.https.allow': 'always',
    'http.followRedirects': 'false',
    'http.sslVerify': 'true',
    'http.proxy': '',
    'http.lowSpeedLimit': '1000',
    'http.lowSpeedTime': '60',
    'transfer.bundleURI': 'false',
    'fetch.unpackLimit': '1',
    ...(remote.pin === undefined ? {} : { 'http.curloptResolve': remote.pin }),
    ...(reach.certificateFile === undefined ? {} : { 'http.sslCAInfo': reach.certificateFile }),
    ...(basic === undefined ? {} : { [`http.${remote.origin}/.extraHeader`]: `Authorization: Basic ${basic}` }),
  };
}

/** What the other side answered, as a refusal that a person can act on, without the secret should it be repeated. */
async function asRemote<T>(place: Place & { readonly is: 'url' }, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (fault) {
    if (!(fault instanceof SourceRefusal) || fault.code !== 'source.protocol') throw fault;
    const said = place.token === undefined ? fault.message : fault.message.replaceAll(place.token, '…');
    if (/Authentication failed|could not read Username|error: 40[13]\b/.test(said)) {
      throw new SourceRefusal('source.not-allowed', `the server did not accept the token, or asks for one: ${said}`);
    }
    if (/not found|error: 404\b/i.test(said)) throw new SourceRefusal('source.not-found', said);
    throw new SourceRefusal('source.protocol', said);
  }
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map((file) =>
      stat(join(file.parentPath, file.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
