import { networkInterfaces } from 'node:os';
import { expect } from 'chai';
import type { SigningKeys } from '../../../../src/access/keys.ts';
import { headers } from '../../../../src/api/headers.ts';
import type { Proof } from '../../../../src/operator/decide/observed.ts';
import type { ProbedHost, ProbeTarget } from '../../../../src/operator/decide/plan.ts';
import type { ControllerAddress } from '../../../../src/operator/prove/controller-addresses.ts';
import { proveGate } from '../../../../src/operator/prove/prove-gate.ts';
import type { Answer } from './fake-ingress.ts';
import { echoing, FakeIngress } from './fake-ingress.ts';

const gate = 'shop/web';
const keys: SigningKeys = { current: { id: 'k1', key: Buffer.alloc(32, 1) } };
const otherKeys: SigningKeys = { current: { id: 'k1', key: Buffer.alloc(32, 2) } };
const now = Temporal.Instant.from('2026-12-01T21:00:00Z');
const echo = echoing({ gate, keys, now });

const shop: ProbedHost = { host: 'shop.example.com', tls: false, path: '/' };

const targetOf = (...hosts: readonly ProbedHost[]): ProbeTarget => ({
  gate,
  class: { name: 'traefik', driver: 'traefik', trustedProxies: [], service: undefined },
  hosts,
  addresses: [],
  expect: 'closed',
});

const answering =
  (status: number, fields: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, fields);
    response.end();
  };

const prove = async (
  addresses: readonly ControllerAddress[],
  ...hosts: readonly ProbedHost[]
): Promise<Proof> =>
  proveGate({
    target: targetOf(...hosts),
    addresses,
    keys,
    ownAddresses: [],
    now,
    signal: AbortSignal.timeout(4000),
  });

describe('operator: a proof of a gate', () => {
  let ingress: FakeIngress;
  beforeEach(async () => (ingress = await FakeIngress.start(echo)));
  afterEach(async () => ingress.stop());

  const here = (): ControllerAddress => ({ ip: '127.0.0.1', ...ingress.ports });
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
      verdict: 'Wrong NoEcho',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'a redirect to plain http is followed nowhere',
      answer: answering(302, { location: 'http://shop.example.com/' }),
      hosts: [shop],
      verdict: 'Wrong NoEcho',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'redirects without an end',
      answer: answering(308, { location: 'https://shop.example.com/' }),
      hosts: [shop],
      verdict: 'Wrong NoEcho',
      seen: ['http shop.example.com /', 'https shop.example.com /'],
    },
    {
      title: 'the site itself',
      answer: answering(200),
      hosts: [shop],
      verdict: 'Wrong NoEcho',
      seen: ['http shop.example.com /'],
    },
    {
      title: 'no route',
      answer: answering(404),
      hosts: [shop],
      verdict: 'Wrong NoEcho',
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
      verdict: 'Wrong NoEcho',
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

  it('is Unproven without an address, and says what to write', async () => {
    const proof = await prove([], shop);
    expect(verdictOf(proof)).to.equal('Unproven NoAddress');
    expect(proof.message).to.contain('ingressControllers.traefik.service');
  });

  it('is Unproven where the controller has no such port', async () => {
    const proof = await prove([{ ...here(), https: undefined }], { ...shop, tls: true });
    expect(verdictOf(proof)).to.equal('Unproven NoAddress');
  });

  it('needs every replica of the controller', async () => {
    const other = await FakeIngress.start(answering(404));
    const proof = await prove([here(), { ip: '127.0.0.1', ...other.ports }], shop);
    await other.stop();
    expect(verdictOf(proof)).to.equal('Wrong NoEcho');
  });

  it('has not flipped while one of two responders has not', async () => {
    const other = await FakeIngress.start(echoing({ gate, keys, now, decision: 'open' }));
    const proof = await prove([here(), { ip: '127.0.0.1', ...other.ports }], shop);
    await other.stop();
    expect(verdictOf(proof)).to.equal('Proven GatesProven open');
  });

  describe('of a controller that believes every X-Forwarded-For', () => {
    const gullible = echoing({ gate, keys, now, isGullible: true });

    interface Standing {
      readonly trustedProxies?: readonly string[];
      readonly ownAddresses?: readonly string[];
      readonly more?: readonly ControllerAddress[];
    }
    const spoofed = async (answer: Answer, standing: Standing = {}): Promise<boolean | undefined> => {
      const { trustedProxies = [], ownAddresses = ['10.244.0.7'], more = [] } = standing;
      ingress.answer = answer;
      const target = targetOf(shop);
      const proof = await proveGate({
        target: { ...target, class: { ...target.class, trustedProxies } },
        addresses: [here(), ...more],
        keys,
        ownAddresses,
        now,
        signal: AbortSignal.timeout(4000),
      });
      return proof.spoofed;
    };
    const proxies = ['192.0.2.0/28'];
    const all = ['10.244.0.0/16'];

    it('says so', async () => {
      expect(await spoofed(gullible)).to.equal(true);
      expect(await spoofed(echo)).to.equal(false);
      expect(await spoofed(gullible, { trustedProxies: proxies })).to.equal(true);
    });

    it('says nothing when the operator itself is to be believed, or does not know its address', async () => {
      expect(await spoofed(gullible, { trustedProxies: all })).to.equal(undefined);
      expect(await spoofed(echo, { trustedProxies: all })).to.equal(undefined);
      expect(await spoofed(gullible, { trustedProxies: proxies, ownAddresses: [] })).to.equal(undefined);
      expect(await spoofed(gullible, { ownAddresses: [] }), 'nobody is to be believed').to.equal(true);
    });

    it('needs an answer from everywhere to say that it is not so', async () => {
      const other = await FakeIngress.start(answering(404));
      const more = [{ ip: '127.0.0.1', ...other.ports }];
      expect(await spoofed(echo, { more })).to.equal(undefined);
      expect(await spoofed(gullible, { more })).to.equal(true);
      await other.stop();
    });
  });

  it('writes an IPv6 address into the Host field in brackets', async function () {
    const hasLoopback = Object.values(networkInterfaces()).some((each) =>
      each?.some(({ address }) => address === '::1'),
    );
    if (!hasLoopback) this.skip();
    const six = await FakeIngress.start(echo, '::1');
    const proof = await prove([{ ip: '::1', ...six.ports }], { host: undefined, tls: false, path: '/' });
    await six.stop();
    expect(six.requests.map(({ host }) => host)).to.deep.equal(['[::1]']);
    expect(verdictOf(proof), proof.message).to.equal('Proven GatesProven closed');
  });
});
