import { describe, expect, it } from 'vitest';
import { findProgram, stream, text } from './program.ts';

const shell = findProgram('sh') ?? '';
const run = (
  script: string,
  more: { limitMs?: number; signal?: AbortSignal; env?: Record<string, string>; input?: string } = {},
) => ({
  program: shell,
  args: ['-c', script],
  signal: new AbortController().signal,
  limitMs: 20_000,
  ...more,
});

describe('a program', () => {
  it('is found by its bare name in system folders only', () => {
    expect(findProgram('sh')).toMatch(/^\/.*\/sh$/);
    expect([findProgram('../../bin/no-such-program'), findProgram('no-such-program')]).toEqual([undefined, undefined]);
  });

  it('gives output, errors and code, and reads its input', async () => {
    expect(await text(run('cat; echo wrong >&2; exit 3', { input: 'in' }))).toEqual({
      out: 'in',
      err: 'wrong\n',
      code: 3,
    });
  });

  it('sees nothing of our environment', async () => {
    process.env['COUNTERSIGN_KIT_TEST'] = 'ours';

    const { out } = await text(run('echo "[$COUNTERSIGN_KIT_TEST$HOME][$GIVEN]"', { env: { GIVEN: 'x' } }));

    delete process.env['COUNTERSIGN_KIT_TEST'];
    expect(out).toBe('[][x]\n');
  });

  it('is ended past its time, with what it started', async () => {
    const begun = Date.now();

    await expect(text(run('sleep 30 & sleep 30', { limitMs: 100 }))).rejects.toMatchObject({ code: 'source.limit' });

    expect(Date.now() - begun).toBeLessThan(10_000);
  });

  it('is ended past its output', async () => {
    await expect(text(run('while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done'), 10_000)).rejects.toMatchObject({
      code: 'source.limit',
    });
  });

  it('is ended by the signal', async () => {
    const stop = new AbortController();
    const waiting = text(run('sleep 30', { signal: stop.signal }));
    setTimeout(() => stop.abort(), 50);

    await expect(waiting).rejects.toMatchObject({ code: 'source.stopped' });
  });

  it('is held back by a slow reader and ended by one that leaves', async () => {
    const running = stream(run('i=0; while :; do i=$((i+1)); echo $i; echo $i >&2; done'));
    const first = await running.next();
    await new Promise((resolve) => setTimeout(resolve, 100));

    const left = await running.return({ code: 0, err: '' });

    expect([first.done, left.done]).toEqual([false, true]);
  });

  it('that cannot start is a fault', async () => {
    await expect(text({ ...run(''), program: '/no/such/program' })).rejects.toThrow();
  });
});
