import { expect } from 'chai';
import { gateRequestHeaders } from '../../../src/api/headers.ts';
import type { Ingress } from '../../../src/api/ingress.ts';
import type { GatePlan, Refusal } from '../../../src/gates/driver.ts';
import { gateUrl } from '../../../src/gates/driver.ts';
import { traefik } from '../../../src/gates/traefik.ts';
import { anIngress, annotated, markedPreWired, rule, withRules, withTls } from '../builders/ingress.ts';
import { planInput } from '../builders/observed.ts';

const middlewares = 'traefik.ingress.kubernetes.io/router.middlewares';
const ours = 'shop-backsoon-headers@kubernetescrd,shop-backsoon-web@kubernetescrd';

/** What is expected of Traefik’s driver: the annotations, or a refusal's reason and words that its message must hold. */
type Expected =
  | { readonly annotations: Readonly<Record<string, string>>; readonly preWired?: true }
  | { readonly refused: Refusal['reason']; readonly saying: readonly string[] };

interface Row {
  readonly title: string;
  readonly ingress: Ingress;
  readonly expected: Expected;
}

const rows: readonly Row[] = [
  {
    title: 'plain',
    ingress: anIngress(),
    expected: { annotations: { [middlewares]: ours } },
  },
  {
    title: 'TLS changes nothing',
    ingress: anIngress(withTls('shop.example.com')),
    expected: { annotations: { [middlewares]: ours } },
  },
  {
    title: 'several hosts and paths need one gate',
    ingress: anIngress(withRules(rule('a.example.com', '/', '/api'), rule('b.example.com', '/shop'))),
    expected: { annotations: { [middlewares]: ours } },
  },
  {
    title: 'other annotations are nobody’s business',
    ingress: anIngress(annotated({ 'cert-manager.io/cluster-issuer': 'letsencrypt' })),
    expected: { annotations: { [middlewares]: ours } },
  },
  {
    title: 'an empty value is no value',
    ingress: anIngress(annotated({ [middlewares]: ' , ' })),
    expected: { annotations: { [middlewares]: ours } },
  },
  {
    title: 'our own value',
    ingress: anIngress(annotated({ [middlewares]: ours })),
    expected: { annotations: { [middlewares]: ours } },
  },
  {
    title: 'our value for the namespace that a manifest was copied from',
    ingress: anIngress(
      annotated({
        [middlewares]: 'old-backsoon-headers@kubernetescrd,old-backsoon-web@kubernetescrd',
      }),
    ),
    expected: { annotations: { [middlewares]: ours } },
  },
  {
    title: 'somebody’s middlewares',
    ingress: anIngress(annotated({ [middlewares]: 'shop-auth@kubernetescrd' })),
    expected: {
      refused: 'Conflict',
      saying: [
        'shop/web',
        'backsoon.dev/gate: pre-wired',
        `${middlewares}: ${ours},shop-auth@kubernetescrd`,
        'backsoon.dev/allow-edit: "true"',
      ],
    },
  },
  {
    title: 'ours before somebody’s, not marked',
    ingress: anIngress(annotated({ [middlewares]: `${ours},shop-auth@kubernetescrd` })),
    expected: { refused: 'Conflict', saying: [`${middlewares}: ${ours},shop-auth@kubernetescrd`] },
  },
  {
    title: 'the first half of ours',
    ingress: anIngress(annotated({ [middlewares]: 'shop-backsoon-headers@kubernetescrd' })),
    expected: { refused: 'Conflict', saying: ['shop/web', ours] },
  },
  {
    title: 'somebody’s middleware in a namespace that is called like us',
    ingress: anIngress(annotated({ [middlewares]: 'my-backsoon-demo-auth@kubernetescrd' })),
    expected: { refused: 'Conflict', saying: [`${ours},my-backsoon-demo-auth@kubernetescrd`] },
  },
  {
    title: 'pre-wired: git has it, alone',
    ingress: anIngress(markedPreWired, annotated({ [middlewares]: ours })),
    expected: { annotations: { [middlewares]: ours }, preWired: true },
  },
  {
    title: 'pre-wired: git has it, spaced out, before somebody’s',
    ingress: anIngress(
      markedPreWired,
      annotated({ [middlewares]: `${ours.replace(',', ', ')}, shop-auth@kubernetescrd` }),
    ),
    expected: { annotations: { [middlewares]: ours }, preWired: true },
  },
  {
    title: 'pre-wired: marked, but the value is missing',
    ingress: anIngress(markedPreWired),
    expected: { refused: 'Conflict', saying: ['(absent)', `commit ${middlewares}: ${ours}`] },
  },
  {
    title: 'pre-wired: marked, but somebody’s come first',
    ingress: anIngress(markedPreWired, annotated({ [middlewares]: `shop-auth@kubernetescrd,${ours}` })),
    expected: {
      refused: 'Conflict',
      saying: [
        'does not begin with our Middlewares',
        `commit ${middlewares}: ${ours},shop-auth@kubernetescrd`,
      ],
    },
  },
];

const accepted = (ingress: Ingress): GatePlan => {
  const plan = traefik.plan(planInput(ingress));
  if ('refusal' in plan) throw new Error(`refused: ${plan.refusal.message}`);
  return plan;
};

describe('gates: Traefik’s list of Middlewares', () => {
  for (const { title, ingress, expected } of rows) {
    it(title, () => {
      if ('annotations' in expected) {
        const { annotations, preWired = false } = expected;
        expect(accepted(ingress)).to.deep.include({ annotations, preWired });
        return;
      }
      const plan = traefik.plan(planInput(ingress));
      if (!('refusal' in plan)) throw new Error(`not refused: ${JSON.stringify(plan)}`);
      expect(plan.refusal.reason).to.equal(expected.refused);
      for (const words of expected.saying) expect(plan.refusal.message).to.contain(words);
    });
  }
});

describe('gates: Traefik’s objects', () => {
  const { objects } = accepted(anIngress());
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
      traefik.sees({ ...settings, trustedProxies }, undefined);
    expect(seen([])).to.deep.equal({ host: true, path: true, method: true, chain: true });
    expect(seen(['192.0.2.0/28'])).to.deep.equal({ host: false, path: true, method: true, chain: true });
  });
});
