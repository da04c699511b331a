import { expect } from 'chai';
import { ingressNginx } from '../../../../src/gates/ingress-nginx.ts';
import type { Proof } from '../../../../src/operator/decide/observed.ts';
import type { ProbeTarget } from '../../../../src/operator/decide/plan.ts';
import type { Sighting } from '../../../../src/operator/fleet/sightings.ts';
import type { Answer } from './fake-ingress.ts';
import { FakeIngress } from './fake-ingress.ts';
import { answering, echo, gate, proveTarget, shop, targetOf } from './proving.ts';

const onNginx: ProbeTarget = {
  ...targetOf(shop),
  class: { name: 'nginx', driver: 'ingress-nginx', trustedProxies: [], service: undefined },
  driver: ingressNginx,
};
const leaving: ProbeTarget = { ...onNginx, expected: { gate: 'gone' } };

const seen = (change: { readonly sentFrom?: boolean; readonly spoofed?: boolean } = {}): Sighting => ({
  gate,
  nonce: 'nonce',
  sentFrom: true,
  spoofed: false,
  ...change,
});

interface Row {
  readonly title: string;
  readonly answer: Answer;
  readonly sighting: Sighting;
  readonly target?: ProbeTarget;
  readonly verdict: string;
  readonly saying: string;
}

const rows: readonly Row[] = [
  {
    title: 'the page’s echo, and the gate was asked',
    answer: echo,
    sighting: seen(),
    verdict: 'Proven GatesProven',
    saying: 'answered through the gate',
  },
  {
    title: 'the page’s echo, but no gate was asked',
    answer: echo,
    sighting: 'unseen',
    verdict: 'Unproven NoEcho',
    saying: 'did not ask the gate',
  },
  {
    title: 'the page’s echo, while a responder does not answer',
    answer: echo,
    sighting: 'unknown',
    verdict: 'Unproven NotProbed',
    saying: 'a responder did not say',
  },
  {
    title: 'the gate was asked by something that is not nginx',
    answer: answering(503),
    sighting: seen({ sentFrom: false }),
    verdict: 'Wrong OtherDataPlane',
    saying: 'ingressControllers.nginx.driver to traefik-nginx',
  },
  {
    title: 'the gate was asked, but its page is not found',
    answer: answering(404),
    sighting: seen(),
    verdict: 'Wrong NoRoute',
    saying: 'the Service of the page',
  },
  {
    title: 'the site itself',
    answer: answering(200),
    sighting: 'unseen',
    verdict: 'Wrong SiteAnswers',
    saying: 'the site itself answered',
  },
  {
    title: 'gone: the site itself',
    answer: answering(200),
    sighting: 'unseen',
    target: leaving,
    verdict: 'Gone GatesProven',
    saying: 'without the gate',
  },
  {
    title: 'not gone: the page still answers, whoever was asked',
    answer: echo,
    sighting: 'unseen',
    target: leaving,
    verdict: 'Proven GatesProven',
    saying: 'answered through the gate',
  },
];

describe('operator: a proof of a gate whose own answer nginx keeps to itself', () => {
  let ingress: FakeIngress;
  beforeEach(async () => (ingress = await FakeIngress.start(echo)));
  afterEach(async () => ingress.stop());

  const prove = async (sighting: Sighting, target = onNginx): Promise<Proof> =>
    proveTarget(target, [ingress.at()], [], async () => sighting);

  for (const { title, answer, sighting, target, verdict, saying } of rows) {
    it(`${title}: ${verdict}`, async () => {
      ingress.answer = answer;
      const proof = await prove(sighting, target);
      expect(`${proof.verdict} ${proof.reason}`, proof.message).to.equal(verdict);
      expect(proof.message).to.contain(saying);
    });
  }

  it('tells whether the gate believed the made-up address, not whether the page did', async () => {
    expect((await prove(seen({ spoofed: true }))).spoofed).to.equal(true);
    expect((await prove(seen())).spoofed).to.equal(false);
  });
});
