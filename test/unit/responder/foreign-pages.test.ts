import { expect } from 'chai';
import { at, buildPolicy, network } from '../policy/build.ts';
import { eventually, RunningResponder } from './running-responder.ts';

describe('a page of another site, open in a colleague’s browser', function () {
  this.timeout(30_000);

  let running: RunningResponder;

  beforeEach(async () => {
    running = await RunningResponder.start(at('2026-12-01T22:00:00Z'), (server) => {
      server.putNetwork(network);
      server.putPolicy(buildPolicy());
    });
    await eventually(
      async () => running.admin('/readyz'),
      ({ status }) => status === 200,
    );
  });

  afterEach(async () => running.stop());

  /** Thirty requests of one browser, each in another language; the status of a last one. */
  async function ask(site: string): Promise<number> {
    const headers = { 'x-forwarded-for': '203.0.113.60', 'user-agent': 'one', 'sec-fetch-site': site };
    for (let index = 0; index < 30; index += 1)
      await running.gate({ headers: { ...headers, 'accept-language': `x-${index}` } });
    return (await running.gate({ headers })).status;
  }

  for (const site of ['cross-site', 'same-site'])
    it(`can not make one browser look like many (${site})`, async () => {
      expect(await ask(site)).to.equal(200);
    });

  it('is told from the browsers behind a proxy', async () => {
    expect(await ask('none')).to.equal(503);
  });
});
