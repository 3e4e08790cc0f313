import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Connector, Piece, Session } from './connector.ts';

/** What the suite needs besides the connector: settings under which it can read something in a test. */
export interface Trial {
  readonly connector: Connector;
  readonly settings: Readonly<Record<string, string>>;
  readonly libraryControls: ReadonlySet<string>;
}

const secret = 'kit-secret-7f3a91';
const until = '2999-01-01T00:00:00Z';

/** The one suite that every connector passes. */
export function describeConnector({ connector, settings, libraryControls }: Trial): void {
  const folder = new URL(`../${connector.name}/`, import.meta.url);
  const session = (signal = new AbortController().signal, localAllowed = true): Session => ({
    settings,
    secrets: Object.fromEntries(connector.secrets.map((name) => [name, secret])),
    workFolder: mkdtempSync(join(tmpdir(), 'countersign-kit-')),
    localAllowed,
    signal,
  });

  describe(`connector ${connector.name}`, () => {
    it.each(['index.ts', 'README.md', 'datasets', 'checks.ts'])('has %s', (name) => {
      expect(existsSync(new URL(name, folder))).toBe(true);
    });

    it('names each setting, secret and dataset in its manual page', () => {
      const manual = readFileSync(new URL('README.md', folder), 'utf8');
      const names = [
        ...Object.keys(connector.settings.shape),
        ...connector.secrets,
        ...connector.datasets.map(({ name }) => name),
      ];

      expect(names.filter((name) => !manual.includes(`\`${name}\``))).toEqual([]);
    });

    it('has valid names, each once', () => {
      const datasets = connector.datasets.map(({ name }) => name);
      const checks = connector.checks.map(({ id }) => id);

      expect(
        [connector.name, ...datasets, ...checks].filter((name) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)),
      ).toEqual([]);
      expect([new Set(datasets).size, new Set(checks).size]).toEqual([datasets.length, checks.length]);
      expect(datasets.length).toBeGreaterThan(0);
      expect(checks.length).toBeGreaterThan(4);
      expect(checks.filter((id) => !id.startsWith(`${connector.name}-`))).toEqual([]);
    });

    it('describes itself in JSON Schema', async () => {
      const { z } = await import('zod');

      expect(z.toJSONSchema(connector.settings)).toMatchObject({ type: 'object', additionalProperties: false });
    });

    describe.each(connector.checks.map((check) => [check.id, check] as const))('check %s', (_, check) => {
      const dataset = connector.datasets.find(({ name }) => `${connector.name}/${name}` === check.dataset);

      it('judges a dataset there is, in its mode', () => {
        expect(dataset?.mode).toBe(check.mode);
      });

      it('supports controls of the library', () => {
        expect(check.supports.length).toBeGreaterThan(0);
        expect(check.supports.filter((control) => !libraryControls.has(control))).toEqual([]);
      });

      it('has cases of all four kinds, over fields that the dataset has', () => {
        const kinds = new Set(check.cases.map(({ says }) => says));
        const fields = check.cases.flatMap(({ data }) => Object.keys(data));

        expect([...kinds].sort()).toEqual(['fail', 'not-applicable', 'pass', 'unknown']);
        expect(fields.filter((field) => !(field in (dataset?.fields ?? {})))).toEqual([]);
      });

      it('gives events a moment, and speaks of fields that the dataset has', () => {
        const spoken = [check.scope, check.applies, check.passes].join(' ').matchAll(/\bit\.([A-Za-z]+)/g);
        const told = check.message.matchAll(/\{([A-Za-z]+)\}/g);
        const names = [...spoken, ...told].map(([, name = '']) => name).filter((name) => name !== 'id');

        expect(names.filter((name) => !(name in (dataset?.fields ?? {})))).toEqual([]);
        if (check.mode === 'events') expect(check.cases.filter(({ at }) => at === undefined)).toEqual([]);
      });
    });

    describe.each(connector.datasets.map((dataset) => [dataset.name, dataset] as const))('dataset %s', (_, dataset) => {
      it('gives items once each, with fields it describes, and no secret', async () => {
        const pieces: Piece[] = [];
        const running = dataset.collect(session(), { until });
        let next = await running.next();
        for (; next.done !== true; next = await running.next()) pieces.push(next.value);

        const items = pieces.filter((piece) => piece.is === 'item');
        const unknown = items.flatMap(({ data }) => Object.keys(data)).filter((field) => !(field in dataset.fields));
        expect(pieces.length).toBeGreaterThan(0);
        expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
        expect(unknown).toEqual([]);
        expect(items.filter(({ data }) => Buffer.byteLength(JSON.stringify(data)) > 256 * 1024)).toEqual([]);
        expect(JSON.stringify([pieces, next.value])).not.toContain(secret);
        expect(JSON.stringify(pieces)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
        if (dataset.mode === 'state') return;
        const { from = '', to = '' } = next.value;
        const [first, end] = [Date.parse(from), Date.parse(to)];
        expect(first).toBeLessThan(end);
        expect(items.filter(({ at = '' }) => !(Date.parse(at) >= first && Date.parse(at) < end))).toEqual([]);
      });

      it('stops when told to', async () => {
        const stop = new AbortController();
        stop.abort();

        await expect(drain(dataset.collect(session(stop.signal), { until }))).rejects.toMatchObject({
          code: 'source.stopped',
        });
      });

      if (connector.local !== 'never') {
        it('reads nothing of this machine where that is not allowed', async () => {
          const notAllowed = session(undefined, false);

          await expect(drain(dataset.collect(notAllowed, { until }))).rejects.toMatchObject({
            code: 'source.local-only',
          });
        });
      }
    });
  });
}

async function drain(pieces: AsyncGenerator<Piece, unknown>): Promise<void> {
  for (;;) if ((await pieces.next()).done === true) return;
}
