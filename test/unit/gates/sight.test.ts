import { expect } from 'chai';
import type { Ingress } from '../../../src/api/ingress.ts';
import type { ClassSettings, Sees } from '../../../src/gates/driver.ts';
import { namesAllHosts, servesOneOf } from '../../../src/gates/hosts.ts';
import { blindness, hidesClients, type SightInput } from '../../../src/gates/sight.ts';
import { traefik } from '../../../src/gates/traefik.ts';
import { anIngress, rule, withRules } from '../builders/ingress.ts';

const serving = (...hosts: readonly (string | undefined)[]): Ingress =>
  anIngress(withRules(...hosts.map((host) => rule(host, '/'))));

const withDefault = (ingress: Ingress): Ingress => ({
  ...ingress,
  spec: { ...ingress.spec, defaultBackend: { service: { name: 'app' } } },
});

/** [the Ingress, spec.only.hosts, does it name all, does the Ingress serve one] */
const hostTable: readonly (readonly [string, Ingress, readonly string[], boolean, boolean])[] = [
  ['the only host', serving('shop.test'), ['shop.test'], true, true],
  ['another host', serving('shop.test'), ['api.test'], false, false],
  ['one of two', serving('shop.test', 'www.shop.test'), ['shop.test'], false, true],
  ['both, in any order', serving('shop.test', 'www.shop.test'), ['www.shop.test', 'shop.test'], true, true],
  ['a host in other letters', serving('Shop.Test'), ['shop.test'], true, true],
  ['a wildcard for one label more', serving('a.shop.test', 'b.shop.test'), ['*.shop.test'], true, true],
  ['a wildcard for two labels more', serving('a.b.shop.test'), ['*.shop.test'], false, false],
  ['a wildcard for no label more', serving('shop.test'), ['*.shop.test'], false, false],
  ['the same wildcard', serving('*.shop.test'), ['*.shop.test'], true, true],
  ['a host out of a wildcard', serving('*.shop.test'), ['a.shop.test'], false, true],
  ['a wildcard beside a wildcard', serving('*.shop.test'), ['*.test'], false, false],
  ['a rule without a host', serving('shop.test', undefined), ['shop.test'], false, true],
  ['no rule', serving(), ['shop.test'], false, true],
  ['a default backend', withDefault(serving('shop.test')), ['shop.test'], false, true],
];

describe('gates: the hosts of an Ingress', () => {
  for (const [title, ingress, patterns, all, one] of hostTable) {
    it(`${title}: ${all ? 'all' : one ? 'some' : 'none'}`, () => {
      expect(namesAllHosts(patterns, ingress)).to.equal(all);
      expect(servesOneOf(patterns, ingress)).to.equal(one);
    });
  }
});

const settings: ClassSettings = { name: 'edge', driver: 'traefik', trustedProxies: [], service: undefined };
const blindDriver = {
  sees: (): Sees => ({ host: false, path: false, method: false, chain: false }),
  unseen: {},
};

describe('gates: what a window can not be kept by', () => {
  const found = (spec: SightInput['spec'], change: Partial<SightInput> = {}) =>
    blindness({
      spec,
      ingress: serving('shop.test', 'www.shop.test'),
      driver: blindDriver,
      settings,
      config: undefined,
      ...change,
    });

  const table: readonly (readonly [string, SightInput['spec'], string | undefined])[] = [
    ['addresses and tokens', { access: { addresses: ['203.0.113.7'], tokens: [] } }, undefined],
    ['empty lists', { access: { paths: [], methods: [] } }, undefined],
    ['all hosts', { only: { hosts: ['shop.test', '*.shop.test'] } }, undefined],
    ['one host', { only: { hosts: ['shop.test'] } }, 'spec.only.hosts'],
    ['paths that close', { only: { paths: ['/checkout'] } }, 'spec.only.paths'],
    ['paths that pass', { access: { paths: ['/healthz'] } }, 'spec.access.paths'],
    ['methods that pass', { access: { methods: ['GET'] } }, 'spec.access.methods'],
  ];
  for (const [title, spec, field] of table) {
    it(`${title}: ${field === undefined ? 'nothing is asked' : `${field} is`}`, () => {
      const refusal = found(spec);
      expect(refusal?.reason).to.equal(field === undefined ? undefined : 'DriverCannotSee');
      if (field !== undefined) expect(refusal?.message).to.contain(field).and.to.contain('class edge');
    });
  }

  it('is nothing where the controller shows it', () => {
    expect(found({ only: { hosts: ['shop.test'], paths: ['/'] } }, { driver: traefik })).to.equal(undefined);
  });

  it('is the host behind Traefik with trusted proxies: says why, and what to write', () => {
    const behindProxies = { ...settings, trustedProxies: ['192.0.2.0/28'] };
    const ask = (spec: SightInput['spec']) => found(spec, { driver: traefik, settings: behindProxies });
    const message = ask({ only: { hosts: ['shop.test'] } })?.message;
    for (const words of ['X-Forwarded-Host', 'Ingress shop/web', 'shop.test, www.shop.test']) {
      expect(message).to.contain(words);
    }
    expect(ask({ only: { paths: ['/checkout'] }, access: { methods: ['GET'] } })).to.equal(undefined);
  });

  it('asks for hosts where the Ingress has none', () => {
    const message = found({ only: { hosts: ['shop.test'] } }, { ingress: serving(undefined) })?.message;
    expect(message).to.contain('Give every rule of the Ingress a host');
  });

  it('fits into an Event however many hosts there are', () => {
    const many = Array.from({ length: 200 }, (_, index) => `${'a'.repeat(60)}-${index}.example.com`);
    const message = found({ only: { hosts: ['shop.test'] } }, { ingress: serving(...many) })?.message;
    expect(message).to.contain('all its 200 hosts');
    expect(message?.length).to.be.at.most(900);
  });
});

describe('gates: whether visitors’ addresses come through', () => {
  const trusting = { ...settings, trustedProxies: ['192.0.2.0/28'] };
  const seen = { host: true, path: true, method: true };
  it('not where only the last peer is shown, and it is a proxy', () => {
    expect(hidesClients({ ...seen, chain: false }, trusting)).to.equal(true);
    expect(hidesClients({ ...seen, chain: false }, settings)).to.equal(false);
    expect(hidesClients({ ...seen, chain: true }, trusting)).to.equal(false);
  });
});
