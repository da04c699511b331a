import { expect } from 'chai';
import { gateRequestHeaders } from '../../../src/api/headers.ts';
import type { Ingress } from '../../../src/api/ingress.ts';
import type { DriverName, GatePlan, Refusal } from '../../../src/gates/driver.ts';
import { gateUrl } from '../../../src/gates/driver.ts';
import { drivers } from '../../../src/gates/drivers.ts';
import { anIngress, annotated, markedPreWired, rule, withRules, withTls } from '../builders/ingress.ts';
import { planInput } from '../builders/observed.ts';

const middlewares = 'traefik.ingress.kubernetes.io/router.middlewares';
const ours = 'shop-backsoon-headers@kubernetescrd,shop-backsoon-web@kubernetescrd';

/** What is expected of one driver: the annotations, or a refusal's reason and words that its message must hold. */
type Expected =
  | { readonly annotations: Readonly<Record<string, string>>; readonly preWired?: true }
  | { readonly refused: Refusal['reason']; readonly saying: readonly string[] };

interface Row {
  readonly title: string;
  readonly ingress: Ingress;
  /** One column for each driver. */
  readonly expected: Readonly<Record<DriverName, Expected>>;
}

const rows: readonly Row[] = [
  {
    title: 'plain',
    ingress: anIngress(),
    expected: { traefik: { annotations: { [middlewares]: ours } } },
  },
  {
    title: 'TLS changes nothing',
    ingress: anIngress(withTls('shop.example.com')),
    expected: { traefik: { annotations: { [middlewares]: ours } } },
  },
  {
    title: 'several hosts and paths need one gate',
    ingress: anIngress(withRules(rule('a.example.com', '/', '/api'), rule('b.example.com', '/shop'))),
    expected: { traefik: { annotations: { [middlewares]: ours } } },
  },
  {
    title: 'other annotations are nobody’s business',
    ingress: anIngress(annotated({ 'cert-manager.io/cluster-issuer': 'letsencrypt' })),
    expected: { traefik: { annotations: { [middlewares]: ours } } },
  },
  {
    title: 'an empty value is no value',
    ingress: anIngress(annotated({ [middlewares]: ' , ' })),
    expected: { traefik: { annotations: { [middlewares]: ours } } },
  },
  {
    title: 'our own value',
    ingress: anIngress(annotated({ [middlewares]: ours })),
    expected: { traefik: { annotations: { [middlewares]: ours } } },
  },
  {
    title: 'our value for the namespace that a manifest was copied from',
    ingress: anIngress(
      annotated({
        [middlewares]: 'old-backsoon-headers@kubernetescrd,old-backsoon-web@kubernetescrd',
      }),
    ),
    expected: { traefik: { annotations: { [middlewares]: ours } } },
  },
  {
    title: 'somebody’s middlewares',
    ingress: anIngress(annotated({ [middlewares]: 'shop-auth@kubernetescrd' })),
    expected: {
      traefik: {
        refused: 'Conflict',
        saying: [
          'shop/web',
          'backsoon.dev/gate: pre-wired',
          `${middlewares}: ${ours},shop-auth@kubernetescrd`,
        ],
      },
    },
  },
  {
    title: 'ours before somebody’s, not marked',
    ingress: anIngress(annotated({ [middlewares]: `${ours},shop-auth@kubernetescrd` })),
    expected: {
      traefik: { refused: 'Conflict', saying: [`${middlewares}: ${ours},shop-auth@kubernetescrd`] },
    },
  },
  {
    title: 'the first half of ours',
    ingress: anIngress(annotated({ [middlewares]: 'shop-backsoon-headers@kubernetescrd' })),
    expected: { traefik: { refused: 'Conflict', saying: ['shop/web', ours] } },
  },
  {
    title: 'somebody’s middleware in a namespace that is called like us',
    ingress: anIngress(annotated({ [middlewares]: 'my-backsoon-demo-auth@kubernetescrd' })),
    expected: {
      traefik: { refused: 'Conflict', saying: [`${ours},my-backsoon-demo-auth@kubernetescrd`] },
    },
  },
  {
    title: 'pre-wired: git has it, alone',
    ingress: anIngress(markedPreWired, annotated({ [middlewares]: ours })),
    expected: { traefik: { annotations: { [middlewares]: ours }, preWired: true } },
  },
  {
    title: 'pre-wired: git has it, spaced out, before somebody’s',
    ingress: anIngress(
      markedPreWired,
      annotated({ [middlewares]: `${ours.replace(',', ', ')}, shop-auth@kubernetescrd` }),
    ),
    expected: { traefik: { annotations: { [middlewares]: ours }, preWired: true } },
  },
  {
    title: 'pre-wired: marked, but the value is missing',
    ingress: anIngress(markedPreWired),
    expected: {
      traefik: { refused: 'Conflict', saying: ['(absent)', `commit ${middlewares}: ${ours}`] },
    },
  },
  {
    title: 'pre-wired: marked, but somebody’s come first',
    ingress: anIngress(markedPreWired, annotated({ [middlewares]: `shop-auth@kubernetescrd,${ours}` })),
    expected: {
      traefik: {
        refused: 'Conflict',
        saying: [
          'does not begin with our Middlewares',
          `commit ${middlewares}: ${ours},shop-auth@kubernetescrd`,
        ],
      },
    },
  },
];

const planOf = (driver: DriverName, ingress: Ingress): GatePlan | { readonly refusal: Refusal } =>
  drivers[driver].plan(planInput(ingress));

const accepted = (driver: DriverName, ingress: Ingress): GatePlan => {
  const plan = planOf(driver, ingress);
  if ('refusal' in plan) throw new Error(`refused: ${plan.refusal.message}`);
  return plan;
};

describe('gates: what each driver plans', () => {
  for (const driver of Object.keys(drivers) as DriverName[]) {
    describe(driver, () => {
      for (const { title, ingress, expected } of rows) {
        it(title, () => {
          const plan = planOf(driver, ingress);
          const wanted = expected[driver];
          if ('annotations' in wanted) {
            expect(plan).to.deep.include({
              annotations: wanted.annotations,
              preWired: wanted.preWired ?? false,
            });
            return;
          }
          if (!('refusal' in plan)) throw new Error(`not refused: ${JSON.stringify(plan)}`);
          expect(plan.refusal.reason).to.equal(wanted.refused);
          for (const words of wanted.saying) expect(plan.refusal.message).to.contain(words);
        });
      }
    });
  }
});

describe('gates: Traefik’s objects', () => {
  const { objects } = accepted('traefik', anIngress());
  const [headers, gate] = objects;

  it('takes away what a trusted proxy could pass on from a visitor', () => {
    expect(headers).to.deep.equal({
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: {
        name: 'backsoon-headers',
        namespace: 'shop',
        labels: { 'backsoon.dev/install': 'backsoon-system' },
      },
      spec: { headers: { customRequestHeaders: { 'X-Forwarded-Method': '', 'X-Forwarded-Uri': '' } } },
    });
  });

  it('asks the responder by its address, and goes with the Ingress', () => {
    expect(gate?.metadata).to.deep.equal({
      name: 'backsoon-web',
      namespace: 'shop',
      labels: { 'backsoon.dev/install': 'backsoon-system' },
      ownerReferences: [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'web', uid: 'uid-web' }],
    });
    expect(gate?.spec).to.deep.equal({
      forwardAuth: {
        address: 'http://10.96.0.80:80/gate/forward/shop/web',
        trustForwardHeader: true,
        authRequestHeaders: [...gateRequestHeaders],
        maxResponseBodySize: 524_288,
      },
    });
  });

  it('never passes a visitor’s login on to the responder', () => {
    expect(JSON.stringify(objects).toLowerCase()).not.to.contain('authorization');
  });

  it('writes an IPv6 address in brackets', () => {
    expect(gateUrl('forward', { clusterIP: 'fd00::1', port: 80 }, { namespace: 'a', name: 'b' })).to.equal(
      'http://[fd00::1]:80/gate/forward/a/b',
    );
  });

  it('does not believe the host behind a proxy that Traefik trusts', () => {
    const settings = { name: 'traefik', driver: 'traefik', service: undefined } as const;
    const seen = (trustedProxies: readonly string[]) =>
      drivers.traefik.sees({ ...settings, trustedProxies }, undefined);
    expect(seen([])).to.deep.equal({ host: true, path: true, method: true, chain: true });
    expect(seen(['192.0.2.0/28'])).to.deep.equal({ host: false, path: true, method: true, chain: true });
  });
});
