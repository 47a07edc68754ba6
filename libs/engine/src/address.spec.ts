import { describe, expect, it } from '@jest/globals';
import { addressError } from './address.ts';

/** As Node reports it. */
function refusal(code: string, more: object = { syscall: 'listen' }): Error {
  return Object.assign(new Error(`listen ${code}`), { code, ...more });
}

const address = { host: '192.0.2.1', port: 80 };

describe('an address that cannot be listened on', () => {
  it.each<[string, Error, string, string]>([
    ['a port in use', refusal('EADDRINUSE'), 'HOLDFAST_PORT is 80, but', 'set another port'],
    ['a port of the system', refusal('EACCES'), 'HOLDFAST_PORT is 80, but', 'set a port from 1024 on'],
    ['an address of another machine', refusal('EADDRNOTAVAIL'), 'HOLDFAST_HOST is 192.0.2.1, which', 'set one that is'],
    [
      'a host without an address',
      refusal('ENOTFOUND', { syscall: 'getaddrinfo', hostname: '192.0.2.1' }),
      'HOLDFAST_HOST is',
      'resolved',
    ],
    ['an address of no use', refusal('EINVAL'), 'HOLDFAST_HOST is 192.0.2.1 and HOLDFAST_PORT is 80', 'listen EINVAL'],
  ])('is named with its variable: %s', (_, error, variable, what) => {
    const said = addressError(error, address);
    expect([said?.slice(0, variable.length), said]).toEqual([variable, expect.stringContaining(what)]);
  });

  it.each([
    ['a file', refusal('EACCES', { syscall: 'open' })],
    ['the host of a store', refusal('ENOTFOUND', { syscall: 'getaddrinfo', hostname: 'store' })],
    ['anything else', new Error('anything')],
  ])('says nothing of %s', (_, error) => {
    expect(addressError(error, address)).toBeUndefined();
  });
});
