import { expect } from 'chai';
import * as fc from 'fast-check';
import { decodeNetwork, decodePolicy, PolicyError } from '../../../src/policy/decode.ts';
import { encodeNetwork, encodePolicy } from '../../../src/policy/encode.ts';
import type { Network, Policy } from '../../../src/policy/policy.ts';
import { policySchema } from '../../../src/policy/policy.ts';
import { gateRevision, opaqueWindowId } from '../../../src/policy/revision.ts';
import { buildPolicy, network, sha256 } from './build.ts';

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const cidr = fc
  .tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }))
  .map(([address, prefix]) => `${address}/${prefix}`);
const instantOf = (epochMs: number): string => Temporal.Instant.fromEpochMilliseconds(epochMs).toString();
const instant = fc.integer({ min: 0, max: 4e12 }).map(instantOf);

const occurrences = fc
  .tuple(fc.uniqueArray(fc.integer({ min: 0, max: 4e12 }), { maxLength: 8 }), fc.boolean(), fc.boolean())
  .map(([times, open, hold]): Policy['occurrences'] => {
    const sorted = times.toSorted((a, b) => a - b);
    return sorted.flatMap((time, index) => {
      const next = sorted[index + 1];
      if (index % 2 === 1 || (next === undefined && !open)) return [];
      return [{ start: instantOf(time), end: next === undefined ? null : instantOf(next), hold }];
    });
  });

const path = fc.stringMatching(/^\/[a-z0-9/_.-]{0,30}$/);
const host = fc
  .tuple(fc.constantFrom('', '*.'), fc.domain())
  .map(([wildcard, domain]) => wildcard + domain.toLowerCase());

const policy: fc.Arbitrary<Policy> = fc.record({
  schema: fc.constant(policySchema),
  window: fc.record({ namespace: name, name, uid: fc.uuid(), generation: fc.nat() }),
  gates: fc.array(fc.record({ ingress: name, class: text, addressRules: fc.boolean() })),
  occurrences,
  only: orNull(fc.record({ hosts: orNull(fc.array(host)), paths: orNull(fc.array(path)) })),
  access: fc.record({
    addresses: fc.array(cidr),
    tokens: fc.array(fc.record({ name, sha256: text.map(sha256), notAfter: orNull(instant) })),
    paths: fc.array(path),
    methods: fc.array(fc.constantFrom('GET', 'HEAD', 'M-SEARCH')),
    trustSharedAddress: fc.boolean(),
  }),
  page: fc.record({
    title: orNull(text),
    message: orNull(text),
    statusPage: orNull(text),
    contact: orNull(text),
    retryAfter: orNull(fc.integer({ min: 1, max: 86_400 })),
    translations: fc.dictionary(text, fc.record({ title: orNull(text), message: orNull(text) }), {
      noNullPrototype: true,
    }),
    template: orNull(text),
  }),
});

const settings: fc.Arbitrary<Network> = fc.record({
  schema: fc.constant(policySchema),
  clusterCIDRs: fc.array(cidr),
  classes: fc.dictionary(
    text,
    fc.record({
      addressHeader: fc.constantFrom('x-forwarded-for' as const, 'x-real-ip' as const),
      trustedProxies: fc.array(cidr),
      sees: fc.record({ host: fc.boolean(), path: fc.boolean(), method: fc.boolean() }),
    }),
    { noNullPrototype: true },
  ),
});

describe('the wire form', () => {
  it('of a policy is read back as it was written', () => {
    fc.assert(
      fc.property(policy, (value) => {
        const { json, revision } = encodePolicy(value);
        expect(decodePolicy(json)).to.deep.equal({ policy: value, revision });
      }),
    );
  });

  it('of the network settings is read back as it was written', () => {
    fc.assert(
      fc.property(settings, (value) => {
        const { json, revision } = encodeNetwork(value);
        expect(decodeNetwork(json)).to.deep.equal({ network: value, revision });
      }),
    );
  });

  it('does not depend on the order in which an object was built', () => {
    const { schema, window, ...rest } = buildPolicy();
    expect(encodePolicy({ ...rest, window, schema })).to.deep.equal(encodePolicy(buildPolicy()));
    expect(encodePolicy(buildPolicy({ name: 'other' })).revision).not.to.equal(
      encodePolicy(buildPolicy()).revision,
    );
  });

  it('has a revision of the first 16 hex digits of its SHA-256', () => {
    const { json, revision } = encodePolicy(buildPolicy());
    expect(revision).to.equal(sha256(json).slice(0, 16));
  });

  it('may carry members that this version does not know', () => {
    const json = JSON.stringify({ ...buildPolicy(), novelty: 1 });
    expect(decodePolicy(json).policy).to.deep.equal(buildPolicy());
  });
});

/** The policy's JSON with the value at this path replaced. */
function broken(path: readonly (string | number)[], value: unknown): string {
  const root = structuredClone(buildPolicy()) as unknown as Record<string | number, unknown>;
  const parent = path.slice(0, -1).reduce((node, key) => node[key] as Record<string | number, unknown>, root);
  parent[path.at(-1)!] = value;
  return JSON.stringify(root);
}

describe('decodePolicy', () => {
  const early = { start: '2026-12-01T21:00:00Z', end: '2026-12-01T22:00:00Z', hold: false };
  const late = { start: '2026-12-01T23:00:00Z', end: '2026-12-01T23:30:00Z', hold: false };
  const table: readonly (readonly [path: readonly (string | number)[], value: unknown, message: string])[] = [
    [['window'], null, 'policy.window should be an object, but is null'],
    [['window', 'namespace'], 'Shop', 'policy.window.namespace'],
    [['window', 'name'], 'a/b', 'policy.window.name'],
    [['window', 'uid'], '', 'policy.window.uid'],
    [['window', 'generation'], 1.5, 'policy.window.generation'],
    [['gates'], {}, 'policy.gates should be a list'],
    [['gates', 0, 'ingress'], '../x', 'policy.gates[0].ingress'],
    [['gates', 0, 'class'], undefined, 'policy.gates[0].class should be a string, but is missing'],
    [
      ['occurrences', 0, 'start'],
      'tomorrow',
      'policy.occurrences[0].start should be an RFC 3339 instant, but is "tomorrow"',
    ],
    [['occurrences', 0, 'end'], '2026-12-01', 'policy.occurrences[0].end'],
    [['occurrences', 0, 'hold'], undefined, 'policy.occurrences[0].hold should be true or false'],
    [['occurrences', 0, 'end'], '2026-12-01T21:00:00Z', 'policy.occurrences should be sorted'],
    [['occurrences'], [late, early], 'policy.occurrences should be sorted'],
    [['occurrences'], [early, early], 'policy.occurrences should be sorted'],
    [['occurrences'], [{ ...early, end: null }, late], 'policy.occurrences should be sorted'],
    [['access', 'addresses', 0], '203.0.113.0/99', 'policy.access.addresses[0] should be a CIDR'],
    [['access', 'addresses', 0], 7, 'policy.access.addresses[0] should be a string, but is 7'],
    [['access', 'tokens', 0, 'name'], 'a.b', 'policy.access.tokens[0].name should be a token name'],
    [['access', 'tokens', 0, 'sha256'], 'ABC', 'policy.access.tokens[0].sha256'],
    [['access', 'tokens', 0, 'notAfter'], 'never', 'policy.access.tokens[0].notAfter'],
    [['access', 'paths', 0], 'healthz', 'policy.access.paths[0] should be a path'],
    [['access', 'paths'], null, 'policy.access.paths should be a list'],
    [['access', 'methods', 0], 'get', 'policy.access.methods[0] should be an HTTP method'],
    [['only'], undefined, 'policy.only'],
    [['only'], { hosts: ['Shop.example'], paths: null }, 'policy.only.hosts[0] should be a host name'],
    [['only'], { hosts: null, paths: ['*'] }, 'policy.only.paths[0] should be a path'],
    [['only'], { hosts: [] }, 'policy.only.paths should be a list'],
    [['gates', 0, 'addressRules'], 1, 'policy.gates[0].addressRules should be true or false'],
    [['page', 'translations'], [], 'policy.page.translations should be an object'],
    [['page', 'translations', 'de'], {}, 'policy.page.translations.de.title'],
    [['page', 'template'], 1, 'policy.page.template should be a string'],
    [['access', 'trustSharedAddress'], 'yes', 'policy.access.trustSharedAddress should be true or false'],
    [['page', 'title'], 5, 'policy.page.title'],
    [['page', 'retryAfter'], 0, 'policy.page.retryAfter should be an integer from 1'],
    [['schema'], '1', 'policy.schema'],
  ];
  for (const [path, value, message] of table) {
    it(`refuses ${path.join('.')} = ${JSON.stringify(value)}`, () => {
      expect(() => decodePolicy(broken(path, value)))
        .to.throw(PolicyError, message)
        .with.property('code', 'Malformed');
    });
  }

  it('reads the schema before this one, which held nothing', () => {
    const { occurrences: _, ...rest } = buildPolicy();
    const old = { ...rest, schema: 1, occurrences: [{ start: early.start, end: early.end }] };
    expect(decodePolicy(JSON.stringify(old)).policy).to.deep.equal({
      ...rest,
      schema: policySchema,
      occurrences: [early],
    });
  });

  it('refuses another schema as such', () => {
    expect(() => decodePolicy(broken(['schema'], 3)))
      .to.throw(PolicyError, 'schema 3')
      .with.property('code', 'UnknownSchema');
  });

  for (const json of ['', '{', 'null', '[]', '"x"']) {
    it(`refuses ${JSON.stringify(json)}`, () => expect(() => decodePolicy(json)).to.throw(PolicyError));
  }

  it('throws nothing but PolicyError, whatever JSON it gets', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(() => decodePolicy(json)).to.throw(PolicyError);
        expect(() => decodeNetwork(json)).to.throw(PolicyError);
      }),
    );
  });
});

describe('decodeNetwork', () => {
  it('refuses a header that no controller writes', () => {
    const classes = { nginx: { addressHeader: 'forwarded', trustedProxies: [] } };
    expect(() => decodeNetwork(JSON.stringify({ ...network, classes }))).to.throw(
      PolicyError,
      'network.classes.nginx.addressHeader should be x-forwarded-for or x-real-ip',
    );
  });

  it('refuses a class that does not say what it sees', () => {
    const classes = { nginx: { addressHeader: 'x-real-ip', trustedProxies: [], sees: { host: true } } };
    expect(() => decodeNetwork(JSON.stringify({ ...network, classes }))).to.throw(
      PolicyError,
      'network.classes.nginx.sees.path should be true or false, but is missing',
    );
  });
});

describe('revisions', () => {
  it('of a gate are that of its only policy, or one for all of them in any order', () => {
    expect(gateRevision([])).to.equal('none');
    expect(gateRevision(['aaaaaaaaaaaaaaaa'])).to.equal('aaaaaaaaaaaaaaaa');
    const both = gateRevision(['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb']);
    expect(both).to.match(/^[0-9a-f]{16}$/);
    expect(gateRevision(['bbbbbbbbbbbbbbbb', 'aaaaaaaaaaaaaaaa'])).to.equal(both);
  });

  it('and window ids do not show the UID', () => {
    expect(opaqueWindowId('uid-1')).to.equal(sha256('uid-1').slice(0, 12));
  });
});
