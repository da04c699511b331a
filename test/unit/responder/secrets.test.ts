import { createHash } from 'node:crypto';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { pino } from 'pino';
import { signProbe } from '../../../src/access/probe.ts';
import { signOutPath } from '../../../src/api/names.ts';
import { at, buildPolicy, network, sha256 } from '../policy/build.ts';
import { keys, RunningResponder } from './running-responder.ts';

const closedAt = at('2026-12-01T22:00:00Z');

const tokenOf = (seed: string): string => `bsn_${createHash('sha256').update(seed).digest('base64url')}`;
const good = tokenOf('good');
const unknown = tokenOf('unknown');
const over = tokenOf('over');
const query = 'q-U3RhZmZPbmx5';

/** Keys as somebody might print them. */
const keyTexts = [keys.current.key].flatMap((key) => {
  const bytes = Buffer.from(key);
  return [
    bytes.toString('base64'),
    bytes.toString('hex'),
    bytes.toString('base64url'),
    bytes.toString('latin1'),
  ];
});

describe('a fuzzed session', function () {
  this.timeout(60_000);

  let running: RunningResponder;
  const access: string[] = [];

  before(async () => {
    const accessLog = pino({ level: 'trace' }, { write: (line: string) => access.push(line) });
    running = await RunningResponder.start(
      closedAt,
      (server) => {
        server.putNetwork(network);
        const tokens = [
          { name: 'ops', sha256: sha256(good), notAfter: null },
          { name: 'old', sha256: sha256(over), notAfter: '2026-12-01T21:30:00Z' },
        ];
        server.putPolicy(buildPolicy({ access: { tokens, paths: ['/hooks'], methods: ['HEAD'] } }));
      },
      { accessLog },
    );
    await running.isReady();
  });
  after(async () => running.stop());

  const token = fc.constantFrom(good, unknown, over);
  const place = fc.constantFrom(
    'backsoon-token',
    'backsoon-exchange',
    'cookie',
    'user-agent',
    'uri',
    'fragment',
    'origin',
  );
  const value = fc.oneof(
    token,
    token.map((text) => `x${text}y`),
    fc.constant('plain'),
  );
  const step = fc.record({
    placed: fc.array(fc.tuple(place, value), { maxLength: 3 }),
    method: fc.constantFrom('GET', 'HEAD', 'POST'),
    path: fc.constantFrom('/', '/hooks/1', signOutPath, '/%2e%2e/x', '/gone'),
    accept: fc.constantFrom('text/html', 'application/json', 'text/plain'),
    isProbe: fc.boolean(),
    keepsCookie: fc.boolean(),
  });

  it('leaves no secret in a log line, a header, a page, a metric or /status', async () => {
    const cookies = new Set<string>();
    const answers: string[] = [];
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(step, async ({ placed, method, path, accept, isProbe, keepsCookie }) => {
        const headers: Record<string, string> = {
          'x-forwarded-for': '198.51.100.10',
          'x-forwarded-host': 'shop.example.com',
          'x-forwarded-method': method,
          'x-forwarded-uri': `${path}?${query}`,
          accept,
        };
        for (const [where, text] of placed) {
          if (where === 'uri') headers['x-forwarded-uri'] = `${path}?token=${text}&${query}`;
          else if (where === 'fragment') headers['x-forwarded-uri'] = `${path}%23backsoon=${text}`;
          else if (where === 'cookie') headers['cookie'] = `__Host-backsoon-12345678=${text}`;
          else if (where === 'origin') headers['origin'] = `https://${text}.example/`;
          else headers[where] = text;
        }
        if (keepsCookie && cookies.size > 0) headers['cookie'] = [...cookies].slice(-3).join('; ');
        if (isProbe) {
          const nonce = 'nonce-nonce-nonce';
          const expires = Math.floor(closedAt / 1000) + 8;
          headers['backsoon-probe'] = signProbe(keys.current, {
            gate: 'shop/web',
            host: 'shop.example.com',
            nonce,
            expires,
          });
        }
        const answer = await running.gate({ headers });
        statuses.add(answer.status);
        const { 'set-cookie': set = [], ...others } = answer.headers;
        for (const cookie of set) cookies.add(cookie.slice(0, cookie.indexOf(';')));
        answers.push(JSON.stringify(others), answer.body);
      }),
      { numRuns: 400, seed: 7 },
    );
    const made = [...cookies]
      .map((cookie) => cookie.slice(cookie.lastIndexOf('.') + 1))
      .filter((mac) => mac.length === 43);
    expect([...statuses]).to.have.members([200, 503]);
    expect(made, 'cookies made').not.to.deep.equal([]);

    const told = {
      log: running.log.join(''),
      'access log': access.join(''),
      answers: answers.join('\n'),
      metrics: (await running.admin('/metrics')).body,
      status: JSON.stringify(await running.status()),
    };
    expect(told['access log'].split('\n').length, 'lines of the access log').to.be.above(100);
    expect(told.log).to.include('"audit":"exchange"').and.to.include('"audit":"token"');
    for (const [where, text] of Object.entries(told)) {
      const leaked = [good, unknown, over, ...keyTexts, ...made].filter((secret) => text.includes(secret));
      expect(leaked, where).to.deep.equal([]);
      expect(text.includes(query), `the query in ${where}`).to.equal(false);
      expect(text.includes(good.slice(4, 30)), `a part of a token in ${where}`).to.equal(false);
    }
  });
});
