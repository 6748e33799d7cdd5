import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isOwnHost, isOwnPage } from '../../src/panel/request-guards.js';

describe('the Host check', () => {
  it.each([
    '127.0.0.1:5758',
    '127.0.0.1',
    'localhost:9000',
    '[::1]:5758',
    'LOCALHOST',
    '10.0.0.7:80',
    hostname(),
    `${hostname()}:5758`,
  ])('takes %s', (host) => expect(isOwnHost(host, '127.0.0.1')).toBe(true));

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:5758',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    ':5758',
    '[evil]:1',
  ])('refuses %s', (host) => expect(isOwnHost(host, '127.0.0.1')).toBe(false));

  it('takes the name that was bound', () => {
    expect(isOwnHost('gpu7.lab:5758', 'gpu7.lab')).toBe(true);
    expect(isOwnHost('gpu8.lab:5758', 'gpu7.lab')).toBe(false);
  });
});

describe('the check of who asks for a change', () => {
  const host = '127.0.0.1:5758';

  it.each([
    ['a program', { host }],
    ['its own page', { host, origin: 'http://127.0.0.1:5758', fetchSite: 'same-origin' }],
    ['an old browser with its own page', { host, origin: 'http://127.0.0.1:5758' }],
    ['its own page behind TLS', { host: 'lab.example', origin: 'https://lab.example', fetchSite: 'same-origin' }],
  ])('takes %s', (_who, asker) => expect(isOwnPage(asker)).toBe(true));

  it.each([
    ['another site', { host, origin: 'https://evil.example', fetchSite: 'cross-site' }],
    ['another site in an old browser', { host, origin: 'https://evil.example' }],
    ['another port of the same machine', { host, origin: 'http://127.0.0.1:8888', fetchSite: 'same-site' }],
    ['a sandboxed frame', { host, origin: 'null' }],
    ['a link typed or followed', { host, fetchSite: 'none' }],
  ])('refuses %s', (_who, asker) => expect(isOwnPage(asker)).toBe(false));
});
