import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test.each([
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['127.example.com', false],
  ['192.0.2.1', false],
])('bound to %s the machine itself may be a source: %s', (HOST, may) => {
  expect(readConfig({ HOST }).localSources).toBe(may);
});
