import { expect } from 'chai';
import type { Ingress, IngressClass } from '../../../src/api/ingress.ts';
import type { ClassSettings } from '../../../src/gates/driver.ts';
import { classNameOf, classOf, servedClasses } from '../../../src/gates/drivers.ts';
import { anIngress, anIngressClass, annotated, ofClass, traefikClass } from '../builders/ingress.ts';

describe('gates: which class serves an Ingress', () => {
  const legacy = 'kubernetes.io/ingress.class';
  const other = anIngressClass('edge', 'example.com/edge');
  const fallback = anIngressClass('main', 'traefik.io/ingress-controller', true);
  const setting = (name: string): ClassSettings => ({
    name,
    driver: 'traefik',
    trustedProxies: ['192.0.2.0/28'],
    service: 'ingress/traefik',
  });

  interface ClassRow {
    readonly title: string;
    readonly ingress: Ingress;
    readonly classes: readonly IngressClass[];
    readonly settings?: readonly ClassSettings[];
    readonly expected: { readonly class: string } | { readonly refused: string; readonly saying: string };
  }
  const table: readonly ClassRow[] = [
    { title: 'its spec’s', ingress: anIngress(), classes: [traefikClass], expected: { class: 'traefik' } },
    {
      title: 'the old annotation’s',
      ingress: anIngress(ofClass(undefined), annotated({ [legacy]: 'traefik' })),
      classes: [traefikClass, fallback],
      expected: { class: 'traefik' },
    },
    {
      title: 'its spec’s before the old annotation’s',
      ingress: anIngress(annotated({ [legacy]: 'edge' })),
      classes: [traefikClass, other],
      expected: { class: 'traefik' },
    },
    {
      title: 'the default one',
      ingress: anIngress(ofClass(undefined)),
      classes: [traefikClass, fallback],
      expected: { class: 'main' },
    },
    {
      title: 'one of the chart’s, though its controller is unknown',
      ingress: anIngress(ofClass('edge')),
      classes: [other],
      settings: [setting('edge')],
      expected: { class: 'edge' },
    },
    {
      title: 'one of the chart’s that has no IngressClass',
      ingress: anIngress(ofClass(undefined), annotated({ [legacy]: 'old' })),
      classes: [],
      settings: [setting('old')],
      expected: { class: 'old' },
    },
    {
      title: 'none: an unknown controller',
      ingress: anIngress(ofClass('edge')),
      classes: [other],
      expected: { refused: 'UnknownController', saying: 'ingressControllers.edge.driver' },
    },
    {
      title: 'none: a class that does not exist',
      ingress: anIngress(ofClass('typo')),
      classes: [traefikClass],
      expected: { refused: 'UnknownController', saying: 'which does not exist' },
    },
    {
      title: 'none: no class at all',
      ingress: anIngress(ofClass(undefined)),
      classes: [traefikClass],
      expected: { refused: 'NoClass', saying: 'spec.ingressClassName' },
    },
  ];
  for (const { title, ingress, classes, settings = [], expected } of table) {
    it(title, () => {
      const found = classOf(ingress, { classes, served: servedClasses({ settings, classes }) });
      if ('class' in expected) {
        expect(found).to.have.property('name', expected.class);
        return;
      }
      if (!('refusal' in found)) throw new Error(`served by ${found.name}`);
      expect(found.refusal.reason).to.equal(expected.refused);
      expect(found.refusal.message).to.contain(expected.saying).and.to.contain('shop/web');
    });
  }

  it('lets the chart’s settings stand for a class that is known anyway', () => {
    const served = servedClasses({ settings: [setting('traefik')], classes: [traefikClass] });
    expect(served.get('traefik')).to.deep.equal(setting('traefik'));
  });

  it('names the class as it is written, known or not', () => {
    expect(classNameOf(anIngress(ofClass('typo')), [])).to.equal('typo');
  });
});
