import { expect } from 'chai';
import type { Transport, TransportRequest } from '../../../src/kube/transport.ts';
import { FakeServer, type Answer, type Authority } from './fake-server.ts';
import { until } from './until.ts';

/** How the shared suite makes one kind of transport. */
export interface TransportUnderTest {
  /** A transport to that server with the credentials below. */
  create(server: string): Transport;
  setToken(token: string): void;
  setAuthority(authority: Authority): void;
  remove(): void;
}

const request = (over: Partial<TransportRequest> = {}): TransportRequest => ({
  method: 'GET',
  path: '/api/v1/namespaces',
  signal: new AbortController().signal,
  ...over,
});

/** What the client relies on, whatever carries its requests. */
export const describeTransport = (make: () => TransportUnderTest): void => {
  describe('as a transport', () => theContract(make));
};

const theContract = (make: () => TransportUnderTest): void => {
  let subject: TransportUnderTest;
  let server: FakeServer;
  let transport: Transport;

  const start = async (answer: Answer, authority: Authority = 'first', port = 0): Promise<void> => {
    server = await FakeServer.start(answer, { authority, port });
    transport ??= subject.create(server.url);
  };

  beforeEach(() => {
    subject = make();
    transport = undefined as unknown as Transport;
  });
  afterEach(async () => {
    await transport.close();
    await server.stop();
    subject.remove();
  });

  it('sends method, path, query, headers, body and the token', async () => {
    await start((exchange) => exchange.json(201, { made: true }, { 'x-more': 'yes' }));
    const response = await transport.request(
      request({
        method: 'POST',
        query: { fieldManager: 'me & you', labelSelector: 'a=b,c' },
        headers: { 'content-type': 'application/json' },
        body: '{"é":1}',
      }),
    );
    expect(response.status).to.equal(201);
    expect(response.headers['x-more']).to.equal('yes');
    expect(await response.text()).to.equal('{"made":true}');
    const [seen] = server.requests;
    expect(seen?.method).to.equal('POST');
    expect(seen?.path).to.equal('/api/v1/namespaces');
    expect(Object.fromEntries(seen?.query ?? [])).to.deep.equal({
      fieldManager: 'me & you',
      labelSelector: 'a=b,c',
    });
    expect(seen?.headers.authorization).to.equal('Bearer token-1');
    expect(seen?.headers['content-type']).to.equal('application/json');
    expect(seen?.body).to.equal('{"é":1}');
  });

  it('sends a body with every method', async () => {
    await start((exchange) => exchange.json(200, {}));
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      await (await transport.request(request({ method, body: `"${method} €"` }))).text();
    }
    const bodies = server.requests.map(({ body }) => body);
    expect(bodies).to.deep.equal(['"POST €"', '"PUT €"', '"PATCH €"', '"DELETE €"']);
  });

  it('gives the body as it arrives', async () => {
    await start(({ response }) => {
      response.writeHead(200);
      response.write('one');
    });
    const controller = new AbortController();
    const { body } = await transport.request(request({ signal: controller.signal }));
    for await (const chunk of body) {
      expect(Buffer.from(chunk).toString()).to.equal('one');
      break;
    }
    controller.abort();
  });

  it('keeps connections for the calls that follow', async () => {
    await start((exchange) => exchange.json(200, {}));
    for (let call = 0; call < 10; call += 1) await (await transport.request(request())).text();
    // undici sometimes begins a second one while the first is being given back.
    expect(server.connections).to.be.at.most(2);
  });

  it('reads the token again at once after a 401, and sends the request once more', async () => {
    await start((exchange) => {
      if (exchange.headers.authorization === 'Bearer token-2') exchange.json(200, {});
      else exchange.fail(401, 'Unauthorized');
    });
    await (await transport.request(request())).text();
    subject.setToken('token-2');
    const response = await transport.request(request({ method: 'POST', body: '{}' }));
    expect(response.status).to.equal(200);
    expect(server.requests.at(-1)?.body).to.equal('{}');
  });

  it('gives a 401 that stays', async () => {
    await start((exchange) => exchange.fail(401, 'Unauthorized'));
    const response = await transport.request(request());
    expect(response.status).to.equal(401);
    expect(server.requests).to.have.length(2);
  });

  it('refuses a server of an authority that is not ours, and accepts it when the authority file changes', async () => {
    await start((exchange) => exchange.json(200, {}), 'second');
    const refusal = await transport.request(request()).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(Error);
    expect(server.requests).to.have.length(0);
    subject.setAuthority('second');
    expect((await transport.request(request())).status).to.equal(200);
  });

  it('rejects when nobody listens', async () => {
    await start((exchange) => exchange.json(200, {}));
    await server.stop();
    const error = await transport.request(request()).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error);
    await start((exchange) => exchange.json(200, {}));
  });

  it('ends a request that waits for an answer when its signal is aborted', async () => {
    await start(() => undefined);
    const controller = new AbortController();
    const outcome = transport
      .request(request({ signal: controller.signal }))
      .catch((error: unknown) => error);
    await until(
      () => server.requests.length,
      (count) => count === 1,
    );
    controller.abort(new Error('enough'));
    expect(await outcome).to.be.instanceOf(Error);
    await until(
      () => server.openConnections,
      (count) => count === 0,
    );
  });

  it('ends the reading of a body when its signal is aborted', async () => {
    await start((exchange) => exchange.open());
    const controller = new AbortController();
    const response = await transport.request(request({ signal: controller.signal }));
    const outcome = response.text().catch((error: unknown) => error);
    controller.abort(new Error('enough'));
    expect(await outcome).to.be.instanceOf(Error);
    await until(
      () => server.openConnections,
      (count) => count === 0,
    );
  });

  it('rejects the reading of a body that a reset cuts off', async () => {
    let watch: { reset(): void } | undefined;
    await start((exchange) => {
      watch = exchange;
      exchange.open();
      exchange.response.write('half');
    });
    const response = await transport.request(request());
    const outcome = response.text().catch((error: unknown) => error);
    await until(
      () => watch !== undefined,
      (open) => open,
    );
    watch?.reset();
    expect(await outcome).to.be.instanceOf(Error);
  });

  it('asks whether a request may still go out when its connection stands, each time', async () => {
    await start((exchange) => exchange.json(200, {}));
    const seen: number[] = [];
    const beforeSending = (): void => void seen.push(server.connections);
    for (let call = 0; call < 2; call += 1) {
      await (await transport.request(request({ method: 'POST', body: '{}', beforeSending }))).text();
    }
    expect(seen).to.have.lengthOf(2);
    expect(seen[0], 'connections when it was asked first').to.equal(1);
    expect(server.requests.map(({ body }) => body)).to.deep.equal(['{}', '{}']);
  });

  it('does not send a request that may not go out any more, and serves the next one', async () => {
    await start((exchange) => exchange.json(200, {}));
    const refusal = new Error('not any more');
    const beforeSending = (): never => {
      throw refusal;
    };
    const outcome = transport.request(request({ method: 'PATCH', body: '{}', beforeSending }));
    expect(await outcome.catch((error: unknown) => error)).to.equal(refusal);
    expect(server.requests).to.deep.equal([]);
    expect((await transport.request(request())).status).to.equal(200);
  });

  it('asks again before it sends a request once more after a 401', async () => {
    await start((exchange) => exchange.fail(401, 'Unauthorized'));
    let asked = 0;
    const beforeSending = (): void => {
      asked += 1;
      if (asked > 1) throw new Error('frozen meanwhile');
    };
    const outcome = transport.request(request({ method: 'PATCH', body: '{}', beforeSending }));
    expect(await outcome.catch((error: Error) => error.message)).to.equal('frozen meanwhile');
    expect(server.requests).to.have.lengthOf(1);
  });
};
