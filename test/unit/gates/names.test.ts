import { expect } from 'chai';
import * as fc from 'fast-check';
import { traefik, gateMiddlewareName } from '../../../src/gates/traefik.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Few letters and the words that matter, so that names meet by chance: DNS-1123 labels. */
const piece = fc.constantFrom('a', 'b', 'backsoon', 'headers', 'x1', '-', '--');
const label = fc
  .array(piece, { minLength: 1, maxLength: 5 })
  .map((pieces) => pieces.join('').replaceAll(/^-+|-+$/g, '') || 'a');
/** Ingresses are called by DNS-1123 subdomains: labels with dots between them. */
const ingressName = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
const pair = fc.record({ namespace: label, name: ingressName });

const spelled = (namespace: string, name: string): string =>
  traefik.reference({ kind: 'Middleware', namespace, name }) ?? '';
const referenceOf = ({ namespace, name }: { namespace: string; name: string }): string =>
  spelled(namespace, gateMiddlewareName(namespace, name));
const headersOf = (namespace: string): string => spelled(namespace, 'backsoon-headers');

describe('gates: names of Traefik’s Middlewares', () => {
  const table: readonly (readonly [string, string, string | RegExp])[] = [
    ['shop', 'web', 'backsoon-web'],
    ['shop', 'web-2', 'backsoon-web-2'],
    ['shop', 'a.b', /^backsoon-a-b-[0-9a-f]{10}$/],
    ['shop', 'a--b', /^backsoon-a-b-[0-9a-f]{10}$/],
    ['shop', 'headers', /^backsoon-headers-[0-9a-f]{10}$/],
    ['shop', 'my-backsoon', /^backsoon-my-backsoon-[0-9a-f]{10}$/],
    ['backsoon-system', 'web', /^backsoon-web-[0-9a-f]{10}$/],
    ['a--b', 'web', /^backsoon-web-[0-9a-f]{10}$/],
    ['shop', 'a'.repeat(253), /^backsoon-a{60}-[0-9a-f]{10}$/],
    ['shop', `${'a'.repeat(59)}.${'b'.repeat(193)}`, /^backsoon-a{59}-[0-9a-f]{10}$/],
  ];
  for (const [namespace, name, expected] of table) {
    it(`${namespace}/${name.length > 40 ? `${name.slice(0, 40)}…` : name}`, () => {
      const middleware = gateMiddlewareName(namespace, name);
      if (typeof expected === 'string') expect(middleware).to.equal(expected);
      else expect(middleware).to.match(expected);
    });
  }

  it('refers as Traefik’s Normalize does', () => {
    expect(spelled('a--b', 'c.d')).to.equal('a-b-c-d@kubernetescrd');
  });

  it('are valid names of Kubernetes objects', () => {
    fc.assert(
      fc.property(
        label,
        fc.oneof(
          ingressName,
          fc.integer({ min: 1, max: 253 }).map((n) => 'a'.repeat(n)),
        ),
        (namespace, name) => {
          const middleware = gateMiddlewareName(namespace, name);
          expect(middleware).to.match(subdomain);
          expect(middleware.length).to.be.at.most(253);
        },
      ),
    );
  });

  it('never fall together, in one namespace or across', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(pair, { minLength: 2, maxLength: 12, selector: (p) => `${p.namespace}/${p.name}` }),
        (pairs) => {
          const references = pairs.map(referenceOf);
          expect(new Set(references).size, JSON.stringify([pairs, references])).to.equal(pairs.length);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('never fall together with the name that another Ingress got', () => {
    fc.assert(
      fc.property(pair, ({ namespace, name }) => {
        const taken = gateMiddlewareName(namespace, name).replace(/^backsoon-/, '');
        fc.pre(taken !== name);
        expect(referenceOf({ namespace, name: taken })).not.to.equal(referenceOf({ namespace, name }));
      }),
    );
  });

  it('are never the headers Middleware’s, of any namespace', () => {
    fc.assert(
      fc.property(pair, label, (gate, namespace) => {
        expect(referenceOf(gate)).not.to.equal(headersOf(namespace));
        expect(referenceOf(gate)).not.to.equal(headersOf(gate.namespace));
      }),
      { numRuns: 1000 },
    );
  });
});
