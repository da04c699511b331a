import { networkInterfaces } from 'node:os';
import { expect } from 'chai';
import type { SigningKeys } from '../../../../src/access/keys.ts';
import { headers } from '../../../../src/api/headers.ts';
import type { Proof } from '../../../../src/operator/decide/observed.ts';
import type { ProbedHost } from '../../../../src/operator/decide/plan.ts';
import type { ControllerAddress } from '../../../../src/operator/prove/controller-addresses.ts';
import type { Answer } from './fake-ingress.ts';
import { echoing, FakeIngress } from './fake-ingress.ts';
import { answering, echo, gate, keys, now, proveTarget, shop, targetOf } from './proving.ts';

const otherKeys: SigningKeys = { current: { id: 'k1', key: Buffer.alloc(32, 2) } };

const prove = async (
  addresses: readonly ControllerAddress[],
  ...hosts: readonly ProbedHost[]
): Promise<Proof> => proveTarget(targetOf(...hosts), addresses);

describe('operator: a proof of a gate', () => {
  let ingress: FakeIngress;
  beforeEach(async () => (ingress = await FakeIngress.start(echo)));
  afterEach(async () => ingress.stop());

  const here = (): ControllerAddress => ingress.at();
  const verdictOf = ({ verdict, reason, decision }: Proof): string =>
    [verdict, reason, ...(decision === undefined ? [] : [decision])].join(' ');

  interface Row {
    readonly title: string;
    readonly answer: Answer;
    readonly hosts: readonly ProbedHost[];
    readonly verdict: string;
    /** The requests that the ingress saw. */
    readonly seen: readonly string[];
  }

  const table: readonly Row[] = [
    {
      title: 'an echo',
      answer: echo,
      hosts: [shop],
      verdict: 'Proven GatesProven closed',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'an echo on the path of each host',
      answer: echo,
      hosts: [
        { ...shop, path: '/cart' },
        { host: 'api.example.com', tls: false, path: '/v1' },
      ],
      verdict: 'Proven GatesProven closed',
      seen: ['http shop.example.com /cart', 'http api.example.com /v1'],
    },
    {
      title: 'an echo that says open',
      answer: echoing({ gate, keys, now, decision: 'open' }),
      hosts: [shop],
      verdict: 'Proven GatesProven open',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'an echo by TLS, whatever the certificate',
      answer: echo,
      hosts: [{ ...shop, tls: true }],
      verdict: 'Proven GatesProven closed',
      seen: ['https shop.example.com /'],
    },
    {
      title: 'an echo behind a redirect to https on the same host',
      answer: (request, response) =>
        'encrypted' in request.socket
          ? echo(request, response)
          : answering(308, { location: 'https://shop.example.com/' })(request, response),
      hosts: [shop],
      verdict: 'Proven GatesProven closed',
      seen: ['http shop.example.com /', 'https shop.example.com /'],
    },
    {
      title: 'a redirect to another host is followed nowhere',
      answer: answering(302, { location: 'https://login.example.com/' }),
      hosts: [shop],
      verdict: 'Wrong RedirectedElsewhere',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'a redirect to plain http is followed nowhere',
      answer: answering(302, { location: 'http://shop.example.com/' }),
      hosts: [shop],
      verdict: 'Wrong RedirectedElsewhere',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'redirects without an end',
      answer: answering(308, { location: 'https://shop.example.com/' }),
      hosts: [shop],
      verdict: 'Wrong RedirectedElsewhere',
      seen: ['http shop.example.com /', 'https shop.example.com /'],
    },
    {
      title: 'the site itself',
      answer: answering(200),
      hosts: [shop],
      verdict: 'Wrong SiteAnswers',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'no route',
      answer: answering(404),
      hosts: [shop],
      verdict: 'Wrong NoRoute',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'somebody’s 503',
      answer: answering(503),
      hosts: [shop],
      verdict: 'Wrong NoEcho',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'a forged echo',
      answer: answering(503, { [headers.echo]: `v1.k1.${'A'.repeat(16)}.none.r-1.closed.${'A'.repeat(43)}` }),
      hosts: [shop],
      verdict: 'Wrong NoEcho',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'a responder that holds another key',
      answer: echoing({ gate, keys: otherKeys, now }),
      hosts: [shop],
      verdict: 'Wrong NoEcho',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'the echo of another gate',
      answer: echoing({ gate: 'shop/other', keys, now }),
      hosts: [shop],
      verdict: 'Wrong NoEcho',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'a responder whose clock is a minute ahead',
      answer: echoing({ gate, keys, now: now.add({ minutes: 1 }) }),
      hosts: [shop],
      verdict: 'Wrong NoEcho',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'a connection that is cut',
      answer: (request) => request.socket.destroy(),
      hosts: [shop],
      verdict: 'Unproven Unreachable',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'no path that could be asked for',
      answer: echo,
      hosts: [{ ...shop, path: undefined }],
      verdict: 'Unproven PathNotProbeable',
      seen: [],
    },
    {
      title: 'no host: by the address',
      answer: echo,
      hosts: [{ host: undefined, tls: false, path: '/' }],
      verdict: 'Proven GatesProven closed',
      seen: ['http 127.0.0.1 /'],
    },
    {
      title: 'one host of two: the worst counts',
      answer: (request, response) =>
        (request.headers.host === 'shop.example.com' ? echo : answering(404))(request, response),
      hosts: [shop, { ...shop, host: 'api.example.com' }],
      verdict: 'Wrong NoRoute',
      seen: ['http shop.example.com /', 'http api.example.com /'],
    },
  ];

  for (const { title, answer, hosts, verdict, seen } of table) {
    it(`${title}: ${verdict}`, async () => {
      ingress.answer = answer;
      const proof = await prove([here()], ...hosts);
      expect(verdictOf(proof), proof.message).to.equal(verdict);
      const requests = ingress.requests.map(
        ({ tls, host, path }) => `${tls ? 'https' : 'http'} ${host} ${path}`,
      );
      expect(requests.toSorted()).to.deep.equal(seen.toSorted());
    });
  }

  it('says where it looked and what it met', async () => {
    ingress.answer = answering(404);
    const { message } = await prove([here()], shop);
    expect(message).to.contain('shop.example.com at 127.0.0.1').and.to.contain('404');
  });

  it('is Unproven where nobody listens', async () => {
    const address = here();
    await ingress.stop();
    const proof = await prove([address], shop);
    expect(verdictOf(proof)).to.equal('Unproven Unreachable');
    expect(proof.message).to.contain('shop.example.com at 127.0.0.1');
    ingress = await FakeIngress.start(echo);
  });

  it('is Unproven without an address, and says why', async () => {
    const proof = await prove([], shop);
    expect(verdictOf(proof)).to.equal('Unproven NoAddress');
    expect(proof.message).to.contain('Nobody knows where.');
  });

  it('is Unproven where the controller has no such port', async () => {
    const proof = await prove([{ ...here(), https: undefined }], { ...shop, tls: true });
    expect(verdictOf(proof)).to.equal('Unproven NoAddress');
  });

  it('tells by which policies a responder decided, the old ones of any replica first', async () => {
    const other = await FakeIngress.start(echoing({ gate, keys, now, revision: '0123456789abcdef' }));
    const proof = await prove([here(), other.at()], shop);
    await other.stop();
    expect(verdictOf(proof)).to.equal('Proven GatesProven closed');
    expect(proof.revision).to.equal('0123456789abcdef');
  });

  it('does not wait for a silent address again for each host', async () => {
    const dead = await FakeIngress.start(echo);
    const address = dead.at();
    await dead.stop();
    const hosts = Array.from({ length: 40 }, (_, index) => ({ ...shop, host: `h${index}.example.com` }));
    const started = performance.now();
    const proof = await prove([address], ...hosts);
    expect(verdictOf(proof)).to.equal('Unproven Unreachable');
    expect(performance.now() - started).to.be.lessThan(4_000);
  });

  it('needs every replica of the controller', async () => {
    const other = await FakeIngress.start(answering(404));
    const proof = await prove([here(), other.at()], shop);
    await other.stop();
    expect(verdictOf(proof)).to.equal('Wrong NoRoute');
  });

  it('has not flipped while one of two responders has not', async () => {
    const other = await FakeIngress.start(echoing({ gate, keys, now, decision: 'open' }));
    const proof = await prove([here(), other.at()], shop);
    await other.stop();
    expect(verdictOf(proof)).to.equal('Proven GatesProven open');
  });

  it('writes an IPv6 address into the Host field in brackets', async function () {
    const hasLoopback = Object.values(networkInterfaces()).some((each) =>
      each?.some(({ address }) => address === '::1'),
    );
    if (!hasLoopback) this.skip();
    const six = await FakeIngress.start(echo, '::1');
    const proof = await prove([six.at('::1')], { host: undefined, tls: false, path: '/' });
    await six.stop();
    expect(six.requests.map(({ host }) => host)).to.deep.equal(['[::1]']);
    expect(verdictOf(proof), proof.message).to.equal('Proven GatesProven closed');
  });
});
