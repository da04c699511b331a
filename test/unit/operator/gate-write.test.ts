import { expect } from 'chai';
import { KubeClient } from '../../../src/kube/client.ts';
import { InClusterTransport } from '../../../src/kube/in-cluster-transport.ts';
import type { Transport } from '../../../src/kube/transport.ts';
import { putOf } from '../../../src/operator/decide/plan.ts';
import { takeGate, writeGate } from '../../../src/operator/gate-write.ts';
import { gateFailure } from '../../../src/operator/write-failure.ts';
import { FakeServer, type Exchange } from '../kube/fake-server.ts';
import { ServiceAccount } from '../kube/service-account.ts';
import { anIngress, annotated, markedEditable } from '../builders/ingress.ts';
import { accept, web } from './answers.ts';
import { planOf } from './decide/standing.ts';

const key = 'traefik.ingress.kubernetes.io/router.middlewares';
const path = '/metadata/annotations/traefik.ingress.kubernetes.io~1router.middlewares';
const ours = 'shop-backsoon-headers@kubernetescrd,shop-backsoon-web@kubernetescrd';
const theirs = 'shop-auth@kubernetescrd';
const allowed = { 'backsoon.dev/allow-edit': 'true' };

const put = putOf(web, planOf(anIngress(markedEditable, annotated({ [key]: theirs }))));
const options = { fieldManager: 'backsoon-backsoon-system' };
const tests = (list: string) => [
  { op: 'test', path: '/metadata/uid', value: 'uid-web' },
  { op: 'test', path, value: list },
];

describe('operator: writing to a list that others keep and let us edit', () => {
  let account: ServiceAccount;
  let server: FakeServer;
  let transport: Transport;
  let client: KubeClient;

  beforeEach(async () => {
    account = new ServiceAccount();
    server = await FakeServer.start((exchange) => accept(exchange));
    transport = new InClusterTransport({ server: server.url, directory: account.directory });
    client = new KubeClient(transport, { defaultTimeoutMs: 2000 });
  });
  afterEach(async () => {
    await transport.close();
    await server.stop();
    account.remove();
  });

  const edits = (): readonly Exchange[] =>
    server.requests.filter(({ headers }) => headers['content-type'] === 'application/json-patch+json');

  it('puts ours first, if the list and the Ingress are still what was looked at', async () => {
    await writeGate(client, put, options);
    expect(edits().map(({ query }) => query.get('fieldManager'))).to.deep.equal([options.fieldManager]);
    expect(JSON.parse(edits()[0]?.body ?? '')).to.deep.equal([
      ...tests(theirs),
      { op: 'replace', path, value: `${ours},${theirs}` },
    ]);
  });

  it('takes ours alone, whatever others made of it meanwhile', async () => {
    const list = `${ours},${theirs},shop-limit@kubernetescrd`;
    server.answer = (exchange) => accept(exchange, { ...allowed, [key]: list });
    await takeGate(client, { ingress: web, annotations: { [key]: `${ours},${theirs}` } }, options);
    expect(JSON.parse(edits()[0]?.body ?? '')).to.deep.equal([
      ...tests(list),
      { op: 'replace', path, value: `${theirs},shop-limit@kubernetescrd` },
    ]);
  });

  const answers = [
    { title: 'that changed meanwhile is looked at again', list: 'shop-limit@kubernetescrd', told: undefined },
    { title: 'that stands, and may not be edited after all, is told of', list: theirs, told: 'WriteFailed' },
  ];
  for (const { title, list, told } of answers) {
    it(title, async () => {
      server.answer = (exchange) => {
        const metadata = { ...web, annotations: { [key]: list } };
        if (exchange.method === 'GET') return exchange.json(200, { kind: 'Ingress', metadata, spec: {} });
        return exchange.fail(422, 'Invalid', { message: 'the server rejected our request' });
      };
      const error = await writeGate(client, put, options).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(Error);
      expect(gateFailure('shop/web', error)?.reason).to.equal(told);
    });
  }
});
