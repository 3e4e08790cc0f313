import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it, vi } from 'vitest';
import { exampleBinder, exampleEvidence } from './binder/testing.ts';

/** All files that a file leads to by imports of values. */
function reached(from: string, seen = new Map<string, readonly string[]>()): Map<string, readonly string[]> {
  if (seen.has(from)) return seen;
  const source = ts.createSourceFile(from, readFileSync(from, 'utf8'), ts.ScriptTarget.Latest);
  const imports = source.statements.flatMap((statement) => {
    const isType = ts.isImportDeclaration(statement) && statement.importClause?.isTypeOnly === true;
    const from =
      ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined;
    return !isType && from !== undefined && ts.isStringLiteral(from) ? [from.text] : [];
  });
  seen.set(from, imports);
  for (const specifier of imports) if (specifier.startsWith('.')) reached(join(dirname(from), specifier), seen);
  return seen;
}

describe('what verifies', () => {
  const files = reached(join(import.meta.dirname, 'binder', 'verify.ts'));

  it('asks nothing of Node', () => {
    expect(files.size).toBeGreaterThan(40);
    const node = [...files].filter(([, imports]) => imports.some((specifier) => specifier.startsWith('node:')));
    const buffers = [...files.keys()].filter((file) => /\bBuffer\b/.test(readFileSync(file, 'utf8')));

    expect(node.map(([file]) => file)).toEqual([]);
    expect(buffers).toEqual([]);
  });

  it('gives a browser the answer it gives Node', async () => {
    const bags = [await exampleBinder(), await exampleEvidence(), (await exampleBinder()).subarray(0, -30)];
    const answers = async () => {
      const { verifyFolder } = await import('./binder/verify.ts');
      const { blobAccess, zipFolder } = await import('./binder/zip-folder.ts');
      const found = [];
      for (const bag of bags) {
        for (const at of [0, Math.floor(bag.length / 3), Math.floor(bag.length / 2)]) {
          const changed = Buffer.from(bag);
          changed[at] = (changed[at] ?? 0) ^ (at === 0 ? 0 : 1);
          found.push(await verifyFolder(() => zipFolder(blobAccess(new Blob([new Uint8Array(changed)])))));
        }
      }
      return found;
    };
    const inNode = await answers();
    vi.resetModules();
    vi.doMock('#crypto', () => import('./crypto/web.ts'));

    expect(await answers()).toEqual(inNode);
    expect(inNode.map(({ ok }) => ok)).toEqual([true, false, false, true, false, false, false, false, false]);
  });
});
