import { expect } from 'chai';
import type { Proof } from '../../../../src/operator/decide/observed.ts';
import type { ProbeTarget } from '../../../../src/operator/decide/plan.ts';
import type { ControllerAddress } from '../../../../src/operator/prove/controller-addresses.ts';
import type { Answer } from './fake-ingress.ts';
import { echoing, FakeIngress } from './fake-ingress.ts';
import { answering, gate, keys, now, proveTarget, shop, targetOf } from './proving.ts';

const target: ProbeTarget = { ...targetOf(shop), expected: { gate: 'gone' } };
const open = echoing({ gate, keys, now, decision: 'open' });

describe('operator: a proof that a gate is gone', () => {
  let ingress: FakeIngress;
  beforeEach(async () => (ingress = await FakeIngress.start(answering(200))));
  afterEach(async () => ingress.stop());

  const prove = async (
    addresses: readonly ControllerAddress[],
    change: Partial<ProbeTarget> = {},
  ): Promise<Proof> => proveTarget({ ...target, ...change }, addresses);
  const verdictOf = ({ verdict, reason }: Proof): string => `${verdict} ${reason}`;

  const table: readonly (readonly [string, Answer, string])[] = [
    ['the site', answering(200), 'Gone GatesProven'],
    ['the site’s own login', answering(401), 'Gone GatesProven'],
    ['no route any more', answering(404), 'Gone GatesProven'],
    ['the site’s redirect', answering(302, { location: 'https://login.example.com/' }), 'Gone GatesProven'],
    ['the gate', open, 'Proven GatesProven'],
    [
      'the gate behind a redirect to https',
      (request, response) =>
        'encrypted' in request.socket
          ? open(request, response)
          : answering(308, { location: 'https://shop.example.com/' })(request, response),
      'Proven GatesProven',
    ],
    ['a failure, maybe of a gate without a responder', answering(500), 'Unproven NoEcho'],
    ['a 503 of somebody', answering(503), 'Unproven NoEcho'],
    ['nothing', (request) => request.socket.destroy(), 'Unproven Unreachable'],
  ];
  for (const [title, answer, verdict] of table) {
    it(`${title}: ${verdict}`, async () => {
      ingress.answer = answer;
      const proof = await prove([ingress.at()]);
      expect(verdictOf(proof), proof.message).to.equal(verdict);
    });
  }

  it('is none while one replica of the controller still asks the gate, and names that one', async () => {
    const late = await FakeIngress.start(open, '127.0.0.2');
    const proof = await prove([ingress.at(), late.at('127.0.0.2')]);
    await late.stop();
    expect(verdictOf(proof)).to.equal('Proven GatesProven');
    expect(proof.message).to.contain('127.0.0.2');
  });

  it('is none while one replica does not answer', async () => {
    const dead = await FakeIngress.start(open, '127.0.0.2');
    const address = dead.at('127.0.0.2');
    await dead.stop();
    const proof = await prove([ingress.at(), address]);
    expect(verdictOf(proof)).to.equal('Unproven Unreachable');
    expect(proof.message).to.contain('127.0.0.2');
  });

  it('is none while one host still asks the gate', async () => {
    ingress.answer = (request, response) =>
      (request.headers.host === 'api.example.com' ? echoing({ gate, keys, now }) : answering(200))(
        request,
        response,
      );
    const proof = await prove([ingress.at()], {
      hosts: [shop, { ...shop, host: 'api.example.com' }],
    });
    expect(verdictOf(proof)).to.equal('Proven GatesProven');
    expect(proof.message).to.contain('api.example.com');
  });

  it('is had of the hosts that can be asked when others have only patterns for paths', async () => {
    const hosts = [shop, { ...shop, host: 'api.example.com', path: undefined }];
    expect(verdictOf(await prove([ingress.at()], { hosts }))).to.equal('Gone GatesProven');
  });
});
