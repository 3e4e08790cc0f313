import { expect, test } from 'vitest';
import { whileReading } from './uploaded.ts';

test('two files are read at once, whichever door they came by; a third is told so, and one that ended in a fault makes room', async () => {
  const ends: (() => void)[] = [];
  const slow = (): Promise<string> => new Promise((resolve) => ends.push(() => resolve('read')));
  const [one, other] = [whileReading(slow), whileReading(slow)];

  await expect(whileReading(slow)).rejects.toMatchObject({ code: 'import.busy' });
  ends[0]?.();
  await expect(one).resolves.toBe('read');
  await expect(whileReading(() => Promise.reject(new Error('torn')))).rejects.toThrow('torn');
  const third = whileReading(slow);
  ends[1]?.();
  ends[2]?.();

  await expect(Promise.all([other, third])).resolves.toEqual(['read', 'read']);
});
