import ts from 'typescript';
import { expect, test } from 'vitest';
import { files, read } from './sources.ts';

/** Attributes that people read or hear. */
const READ = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'description']);

/** Texts of a component that stand in it and not in the catalogue `web/src/words`: they could not be translated. */
function textsIn(path: string, text: string): readonly string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const say = (node: ts.Node, words: string): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${path}:${line + 1} ${words.trim().replace(/\s+/g, ' ')}`);
  };
  const isWords = (words: string): boolean => /\p{L}{2,}/u.test(words);
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) && isWords(node.text)) say(node, node.text);
    else if (ts.isJsxAttribute(node) && READ.has(node.name.getText()) && node.initializer !== undefined) {
      const given = ts.isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer;
      if (given !== undefined && ts.isStringLiteralLike(given) && isWords(given.text)) say(node, given.text);
    } else if (
      ts.isJsxExpression(node) &&
      !ts.isJsxAttribute(node.parent) &&
      node.expression !== undefined &&
      ts.isStringLiteralLike(node.expression) &&
      isWords(node.expression.text)
    )
      say(node, node.expression.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Words that are the same in every language. */
const SAME: readonly RegExp[] = [/ (?:Ctrl K|esc|Countersign|SHA-256|CSV|XLSX|PDF|DOCX|TOTP|URL)$/];

test('a text in a component is found, in each form', () => {
  const text = `const a = <p title="What it is">Some words {'more words'} {f('no')} <b aria-label={'said'}>x1</b></p>;`;

  expect(textsIn('x.tsx', text).map((line) => line.replace('x.tsx:1 ', ''))).toEqual([
    'What it is',
    'Some words',
    'more words',
    'said',
  ]);
});

test('what people read in the web client stands in its catalogue', () => {
  const components = files().filter((path) => /^web\/src\/.*\.tsx$/.test(path));
  const found = components
    .flatMap((path) => textsIn(path, read(path)))
    .filter((line) => !SAME.some((it) => it.test(line)));

  expect(components.length).toBeGreaterThan(15);
  expect(found).toEqual([]);
});
