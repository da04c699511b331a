import { expect } from 'chai';
import { compilePolicy, type PolicyInput } from '../../../src/policy/compile.ts';
import { sha256 } from './build.ts';

const instant = (text: string): Temporal.Instant => Temporal.Instant.from(text);

const input: PolicyInput = {
  window: { namespace: 'shop', name: 'upgrade', uid: 'u1', generation: 7 },
  spec: {
    access: {
      addresses: ['203.0.113.9/24', '2001:DB8::1', '203.0.113.0/24', '198.51.100.7'],
      tokens: [
        { name: 'ops', sha256: sha256('a') },
        { name: 'dba', sha256: sha256('b'), notAfter: '2026-12-02T01:00:00+01:00' },
      ],
      paths: ['/webhooks', '/healthz'],
      methods: ['HEAD', 'GET'],
      trustSharedAddress: true,
    },
    only: { hosts: ['shop.example.com', '*.example.org'], paths: ['/pay', '/checkout'] },
    page: {
      title: 'Back soon',
      retryAfter: 120,
      translations: { de: { title: 'Bald zurück' }, nl: { message: 'Straks terug.' } },
    },
  },
  template: '<p>{{title}}</p>',
  gates: [
    { ingress: 'web', class: 'traefik', addressRules: false },
    { ingress: 'api', class: 'traefik', addressRules: true },
  ],
  occurrences: [
    { start: instant('2026-12-08T22:00:00+01:00'), end: undefined },
    { start: instant('2026-12-01T22:00:00+01:00'), end: instant('2026-12-01T23:30:00+01:00'), holds: true },
  ],
};

describe('compilePolicy', () => {
  it('sorts everything and writes each thing in one way', () => {
    expect(compilePolicy(input)).to.deep.equal({
      schema: 2,
      window: { namespace: 'shop', name: 'upgrade', uid: 'u1', generation: 7 },
      gates: [
        { ingress: 'api', class: 'traefik', addressRules: true },
        { ingress: 'web', class: 'traefik', addressRules: false },
      ],
      occurrences: [
        { start: '2026-12-01T21:00:00Z', end: '2026-12-01T22:30:00Z', hold: true },
        { start: '2026-12-08T21:00:00Z', end: null, hold: false },
      ],
      only: { hosts: ['*.example.org', 'shop.example.com'], paths: ['/checkout', '/pay'] },
      access: {
        addresses: ['198.51.100.7/32', '2001:db8::1/128', '203.0.113.0/24'],
        tokens: [
          { name: 'dba', sha256: sha256('b'), notAfter: '2026-12-02T00:00:00Z' },
          { name: 'ops', sha256: sha256('a'), notAfter: null },
        ],
        paths: ['/healthz', '/webhooks'],
        methods: ['GET', 'HEAD'],
        trustSharedAddress: true,
      },
      page: {
        title: 'Back soon',
        message: null,
        statusPage: null,
        contact: null,
        retryAfter: 120,
        translations: {
          de: { title: 'Bald zurück', message: null },
          nl: { title: null, message: 'Straks terug.' },
        },
        template: '<p>{{title}}</p>',
      },
    });
  });

  it('lets nobody in when the window says nothing', () => {
    const { access, only } = compilePolicy({ ...input, spec: {} });
    expect(access).to.deep.equal({
      addresses: [],
      tokens: [],
      paths: [],
      methods: [],
      trustSharedAddress: false,
    });
    expect(only).to.equal(null);
  });

  it('closes every path of the hosts that it names, and every host of the paths', () => {
    const onlyOf = (only: NonNullable<PolicyInput['spec']['only']>) =>
      compilePolicy({ ...input, spec: { only } }).only;
    expect(onlyOf({ hosts: ['a.example'] })).to.deep.equal({ hosts: ['a.example'], paths: null });
    expect(onlyOf({ paths: ['/a'] })).to.deep.equal({ hosts: null, paths: ['/a'] });
  });

  it('names an address that is none', () => {
    const spec = { access: { addresses: ['203.0.113.0/33'] } };
    expect(() => compilePolicy({ ...input, spec })).to.throw(RangeError, '"203.0.113.0/33"');
  });
});
