import { expect, test } from 'vitest';
import { kill } from './kill.ts';

test('nothing acknowledged is lost when the server and its database are killed', async () => {
  const said: string[] = [];

  const held = await kill(['--rounds', '3', '--longest', '500'], (line) => said.push(line));

  expect(held, said.join('\n')).toBe(true);
  expect(said.join('\n')).toContain('missing: 0; done twice: 0');
});
