import { SourceRefusal } from '../kit/connector.ts';
import { findProgram, stream, text } from '../kit/program.ts';
import type { Run } from '../kit/program.ts';

/**
 * Settings that win over the repository's own. Whoever wrote the repository wrote its config, and several keys name a
 * program to run; those that a command of ours could reach are switched off. Objects are read as they were
 * written: neither replace refs, grafts nor a commit-graph file may tell another history.
 */
const config = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.pager': 'cat',
  'core.askPass': '',
  'core.sshCommand': 'false',
  'core.gitProxy': '',
  'core.alternateRefsCommand': 'false',
  'core.attributesFile': '/dev/null',
  'core.commitGraph': 'false',
  'core.warnAmbiguousRefs': 'false',
  'advice.graftFileDeprecated': 'false',
  'log.showSignature': 'false',
  'i18n.logOutputEncoding': 'UTF-8',
  'gpg.program': 'false',
  'gpg.ssh.program': 'false',
  'gpg.x509.program': 'false',
  'credential.helper': '',
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  'protocol.allow': 'never',
  'gc.autoDetach': 'false',
  'maintenance.auto': 'false',
  'safe.directory': '*',
};

const environment = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  // Empty, not absent: git then asks nobody, whatever core.askPass and SSH_ASKPASS say.
  GIT_ASKPASS: '',
  SSH_ASKPASS: '',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_GRAFT_FILE: '/dev/null',
  GIT_NO_LAZY_FETCH: '1',
  GIT_PAGER: 'cat',
  GIT_EDITOR: 'false',
  HOME: '/nonexistent',
  XDG_CONFIG_HOME: '/nonexistent',
  // An empty list allows no transport at all, whatever protocol.*.allow the repository says.
  GIT_ALLOW_PROTOCOL: '',
};

const readingLimitMs = 30 * 60_000;

export interface Command {
  readonly gitFolder: string;
  readonly signal: AbortSignal;
  readonly args: readonly string[];
  readonly input?: string;
  readonly limitMs?: number;
  /** More settings, for this command only. They travel in the environment: an argument is visible to every user. */
  readonly config?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Standard output of a git command, chunk by chunk. Refuses with `source.protocol` if git ends with an error. */
export async function* gitStream(command: Command): AsyncGenerator<Buffer, void> {
  const { code, err } = yield* stream(runOf(command));
  if (code !== 0) throw failed(command, err);
}

/** The whole output of a git command and what it warned of; refuses as `gitStream` does. */
export async function gitText(command: Command): Promise<{ readonly out: string; readonly warnings: string }> {
  const { code, out, err } = await text(runOf(command), 256 * 1024 * 1024);
  if (code !== 0) throw failed(command, err);
  return { out, warnings: err.trim() };
}

/** Like `gitText` for a question that git may answer with "no": undefined then. */
export async function gitAnswer(command: Command): Promise<string | undefined> {
  const { code, out } = await text(runOf(command));
  return code === 0 ? out.trim() : undefined;
}

function runOf(command: Command): Run {
  const program = findProgram('git');
  if (program === undefined) throw new SourceRefusal('source.tool', 'git is not installed on this machine');
  const settings = Object.entries({ ...config, ...command.config });
  const asEnvironment = Object.fromEntries(
    settings.flatMap(([key, value], n) => [
      [`GIT_CONFIG_KEY_${n}`, key],
      [`GIT_CONFIG_VALUE_${n}`, value],
    ]),
  );
  return {
    program,
    args: ['--no-pager', '--no-replace-objects', '--literal-pathspecs', ...command.args],
    env: {
      ...environment,
      GIT_DIR: command.gitFolder,
      GIT_CONFIG_COUNT: String(settings.length),
      ...asEnvironment,
      ...command.env,
    },
    cwd: command.gitFolder,
    signal: command.signal,
    limitMs: command.limitMs ?? readingLimitMs,
    ...(command.input === undefined ? {} : { input: command.input }),
  };
}

function failed(command: Command, err: string): SourceRefusal {
  const lines = err.split('\n');
  const said =
    lines.find((line) => line.startsWith('fatal:')) ??
    lines.find((line) => line.startsWith('error:')) ??
    lines[0] ??
    '';
  return new SourceRefusal(
    'source.protocol',
    `git ${command.args[0] ?? ''} ended with an error: ${said.slice(0, 300)}`,
  );
}
