import { expect } from 'chai';
import * as fc from 'fast-check';
import type { Ingress } from '../../../src/api/ingress.ts';
import { drivers } from '../../../src/gates/drivers.ts';
import { anIngress, annotated, called } from '../builders/ingress.ts';
import { plannedFor } from './controllers.ts';

type Annotations = Readonly<Record<string, string>>;

const middlewares = 'traefik.ingress.kubernetes.io/router.middlewares';
const othersKey = fc.constantFrom(
  'team',
  'cert-manager.io/issuer',
  'traefik.ingress.kubernetes.io/router.tls',
);
const others: fc.Arbitrary<Annotations> = fc.dictionary(othersKey, fc.constantFrom('', 'a', 'b'), {
  maxKeys: 3,
});
const name = fc.constantFrom('web', 'a.b', 'headers', 'my-backsoon', 'x'.repeat(230));

const without = (annotations: Annotations, keys: Annotations): Annotations =>
  Object.fromEntries(Object.entries(annotations).filter(([key]) => !(key in keys)));

for (const driver of Object.values(drivers)) {
  const planned = (ingress: Ingress) => plannedFor(ingress, driver.name);

  describe(`gates: ${driver.name}'s gate, on and off`, () => {
    it('leaves exactly what others made of the Ingress meanwhile', () => {
      fc.assert(
        fc.property(name, others, others, (ingressName, before, meanwhile) => {
          const ingress = anIngress(called(ingressName), annotated(before));
          const put = { ...meanwhile, ...planned(ingress).annotations };
          const carrying = anIngress(called(ingressName), annotated(put));
          expect(without(put, driver.read(carrying).annotations)).to.deep.equal(meanwhile);
        }),
      );
    });

    it('plans the same a second time', () => {
      fc.assert(
        fc.property(name, others, (ingressName, before) => {
          const ingress = anIngress(called(ingressName), annotated(before));
          const first = planned(ingress);
          expect(
            planned(anIngress(called(ingressName), annotated({ ...before, ...first.annotations }))),
          ).to.deep.equal(first);
        }),
      );
    });

    it('reads back what it put, and knows the objects that it refers to', () => {
      fc.assert(
        fc.property(name, (ingressName) => {
          const plan = planned(anIngress(called(ingressName)));
          const state = driver.read(anIngress(called(ingressName), annotated(plan.annotations)));
          expect(state.annotations).to.deep.equal(plan.annotations);
          expect(state.references).to.deep.equal(
            plan.objects.map(({ kind, metadata }) => driver.reference({ ...metadata, kind })),
          );
        }),
      );
    });

    it('finds nothing on an Ingress without a gate', () => {
      fc.assert(
        fc.property(others, (before) => {
          expect(driver.read(anIngress(annotated(before)))).to.deep.equal({
            annotations: {},
            references: [],
            stands: false,
            preWired: false,
          });
        }),
      );
    });
  });
}

describe('gates: what is taken off of Traefik’s list', () => {
  const pair = (namespace: string): string =>
    `${namespace}-backsoon-headers@kubernetescrd,${namespace}-backsoon-web@kubernetescrd`;
  const table: readonly { readonly title: string; readonly value: string; readonly taken: boolean }[] = [
    { title: 'ours', value: pair('shop'), taken: true },
    { title: 'ours from another namespace', value: pair('old'), taken: true },
    {
      title: 'ours, and somebody’s: a list that a person wrote',
      value: `${pair('shop')},shop-auth@kubernetescrd`,
      taken: false,
    },
    { title: 'somebody’s', value: 'shop-auth@kubernetescrd', taken: false },
    {
      title: 'somebody’s login in a namespace that is called like us',
      value: 'my-backsoon-demo-auth@kubernetescrd',
      taken: false,
    },
    {
      title: 'somebody’s two in a namespace that is called like us',
      value: 'my-backsoon-demo-auth@kubernetescrd,my-backsoon-demo-limit@kubernetescrd',
      taken: false,
    },
    { title: 'our name at another provider', value: 'shop-backsoon-web@file', taken: false },
  ];
  for (const { title, value, taken } of table) {
    it(`${taken ? 'takes' : 'leaves'}: ${title}`, () => {
      const { annotations } = drivers.traefik.read(anIngress(annotated({ [middlewares]: value })));
      expect(annotations).to.deep.equal(taken ? { [middlewares]: value } : {});
    });
  }

  it('still counts half a gate as a reference: its object must not be deleted', () => {
    const half = 'shop-backsoon-web@kubernetescrd';
    expect(drivers.traefik.read(anIngress(annotated({ [middlewares]: half }))).references).to.deep.equal([
      half,
    ]);
  });
});
