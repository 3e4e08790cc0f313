import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '../kit/connector.ts';

export interface Told {
  readonly mark: number;
  /** Committer and author time: seconds since 1970. */
  readonly seconds: number;
  readonly message?: string;
  readonly author?: string;
  readonly parents?: readonly number[];
  readonly branch?: string;
}

/** A bare repository in a temporary folder, with commits told one by one. */
export class MadeRepository {
  readonly path = mkdtempSync(join(tmpdir(), 'countersign-git-'));

  constructor() {
    this.git(['init', '--quiet', '--bare', '--initial-branch=main', this.path]);
  }

  git(args: readonly string[], input = ''): string {
    return execFileSync('git', [...args], {
      cwd: this.path,
      input,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    }).trim();
  }

  /** Adds commits and answers their hashes in order; a branch that one is told for is moved to it, come what may. */
  tell(...commits: readonly Told[]): readonly string[] {
    const stream = commits.map((commit) => {
      const {
        mark,
        seconds,
        branch = 'main',
        author = 'Ada <ada@example.com>',
        message = `change ${mark}`,
        parents = [],
      } = commit;
      const [first, ...others] = parents;
      const lines = [
        `reset refs/heads/${branch}`,
        `commit refs/heads/${branch}`,
        `mark :${mark}`,
        `author ${author} ${seconds} +0100`,
        `committer Cy <Cy@Example.com> ${seconds} +0000`,
        `data ${Buffer.byteLength(message)}`,
        message,
        ...(first === undefined ? [] : [`from :${first}`]),
        ...others.map((other) => `merge :${other}`),
      ];
      return `${lines.join('\n')}\n\n`;
    });
    const marks = join(this.path, 'marks');
    this.git(
      ['fast-import', '--quiet', '--force', `--import-marks-if-exists=${marks}`, `--export-marks=${marks}`],
      stream.join(''),
    );
    const known = new Map(
      this.git(['cat-file', 'blob', this.git(['hash-object', '-w', marks])])
        .split('\n')
        .map((line) => {
          const [mark = '', hash = ''] = line.split(' ');
          return [mark, hash];
        }),
    );
    return commits.map(({ mark }) => known.get(`:${mark}`) ?? '');
  }

  session(settings: Readonly<Record<string, string>> = {}, signal = new AbortController().signal): Session {
    return {
      settings: { path: this.path, ...settings },
      secrets: {},
      workFolder: this.path,
      localAllowed: true,
      signal,
    };
  }
}
