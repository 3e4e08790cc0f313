import { describe, expect, it } from 'vitest';
import { inUrl, isInside, refuseInside } from './outside.ts';

describe('addresses inside', () => {
  it.each([
    '127.0.0.1',
    '127.255.0.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001:0:1::1',
    '2001:db8::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1%eth0',
    'fec0::1',
    'ff02::1',
    'not-an-address',
    '',
    '0177.0.0.1',
    '2130706433',
  ])('%s is inside', (address) => expect(isInside(address)).toBe(true));

  it.each([
    '8.8.8.8',
    '140.82.112.3',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '2606:4700::1',
    '2a00:1450:4001::1',
  ])('%s is outside', (address) => expect(isInside(address)).toBe(false));
});

describe('refuseInside', () => {
  it('gives every address of a host that is outside', async () => {
    const answer = await refuseInside('git.example.com', async () => ['140.82.112.3', '2606:4700::1']);

    expect(answer).toEqual(['140.82.112.3', '2606:4700::1']);
  });

  it('refuses a name of which one address of several is inside', async () => {
    const asked = refuseInside('git.example.com', async () => ['140.82.112.3', '10.0.0.1']);

    await expect(asked).rejects.toMatchObject({ code: 'source.address' });
  });

  it.each(['127.0.0.1', '[::1]', '::1', '[::ffff:10.0.0.1]'])(
    'refuses %s without asking the resolver',
    async (host) => {
      const asked = refuseInside(host, async () => ['8.8.8.8']);

      await expect(asked).rejects.toMatchObject({ code: 'source.address' });
    },
  );

  it.each([async () => [], async () => Promise.reject(new Error('ENOTFOUND'))])(
    'refuses a name without address',
    async (none) => {
      await expect(refuseInside('nowhere.example.com', none)).rejects.toMatchObject({ code: 'source.not-found' });
    },
  );

  it('writes an IPv6 address in brackets', () => {
    expect([inUrl('8.8.8.8'), inUrl('2606:4700::1')]).toEqual(['8.8.8.8', '[2606:4700::1]']);
  });
});
