import { expect } from 'chai';
import type { DecisionServer, PageServer } from '../../bench/responder/contenders.ts';
import { betterNginx, figuresOf, type LatencyTurn } from '../../bench/responder/figures.ts';
import type { Load } from '../../bench/responder/load.ts';
import { nginxConfig } from '../../bench/responder/nginx-config.ts';
import { readOptions } from '../../bench/responder/options.ts';
import type { Round } from '../../bench/responder/rounds.ts';
import { lastOnItsConnection, traefikRequest } from '../../bench/responder/traefik-requests.ts';
import { requireAlike, requireSame, type WireAnswer } from '../../bench/responder/wire-answer.ts';

const load = (requestsPerSecond: number, p99 = 1): Load => ({
  requestsPerSecond,
  p99,
  requests: 1,
  bytes: 1,
  unsent: 0,
  p50: 1,
  p999: 1,
  max: 1,
  cpuMicroseconds: 1e6 / requestsPerSecond,
  busy: 1,
});

const pageRound = (backsoon: number, nginx: readonly [file: number, memory: number]): Round<PageServer> => ({
  backsoon: load(backsoon),
  'nginx-file': load(nginx[0]),
  'nginx-memory': load(nginx[1]),
  express: load(10),
  'bare-node': load(20),
});

describe('the figures of the responder benchmark', () => {
  it('compare the page with the faster nginx, by the median of the rounds', () => {
    const page = [pageRound(80, [90, 100]), pageRound(90, [90, 100]), pageRound(10, [90, 10])];
    expect(betterNginx(page)).to.equal('nginx-memory');
    expect(figuresOf({ page })).to.include({ page_vs_nginx: 0.9, page_vs_express: 8 });
  });

  it('take the worse of the two decisions', () => {
    const round: Round<DecisionServer> = {
      'one-window': load(90),
      'many-windows': load(70),
      nginx: load(100),
    };
    expect(figuresOf({ decision: [round] })).to.include({
      decision_vs_nginx: 0.7,
      decision_one_window_vs_nginx: 0.9,
    });
  });

  it('compare latencies at the own and at the equal rate, and memory with node:http', () => {
    const latency: Round<LatencyTurn> = {
      'backsoon-own': load(80, 30),
      'nginx-own': load(90, 20),
      'backsoon-equal': load(80, 30),
      'nginx-equal': load(80, 10),
    };
    const resident = { backsoon: 90e6, bare: 75e6, many: 120e6 };
    expect(figuresOf({ latency: [latency], resident })).to.deep.equal({
      p99_vs_nginx: 1.5,
      p99_at_equal_rate_vs_nginx: 3,
      rss_mb: 90,
      rss_vs_bare_node: 1.2,
      rss_many_windows_mb: 120,
    });
  });

  it('leave out what was not measured', () => {
    expect(figuresOf({})).to.deep.equal({});
  });
});

describe('the comparison of answers', () => {
  const answer: WireAnswer = {
    status: 503,
    headers: { 'retry-after': '60', 'cache-control': 'no-store' },
    body: `<p>${'Back soon. '.repeat(20)}</p><p>a-1</p>`,
  };
  const differing: Readonly<Record<string, WireAnswer>> = {
    'another status': { ...answer, status: 200 },
    'a header that is missing': { ...answer, headers: { 'retry-after': '60' } },
    'another body': { ...answer, body: 'Back soon.' },
  };
  for (const [what, seen] of Object.entries(differing)) {
    it(`finds ${what}`, () => {
      expect(() => requireSame('nginx', seen, answer)).to.throw(/^nginx /);
      expect(() => requireAlike('backsoon', answer, seen)).to.throw(/^backsoon /);
    });
  }

  it('lets a page differ in what is made per request', () => {
    const later = { ...answer.headers, 'retry-after': '59' };
    const next = { ...answer, headers: later, body: answer.body.replace('a-1', 'a-2') };
    expect(() => requireAlike('backsoon', answer, next)).not.to.throw();
    expect(() => requireSame('nginx', next, answer)).to.throw();
  });
});

describe("nginx's configuration", () => {
  it('keeps quotes, backslashes and dollar signs of the page, in words that nginx can read', () => {
    const page = { status: 503, headers: { 'content-type': 'text/html' }, body: `"$a\\${'x'.repeat(4000)}` };
    const admission = { status: 200, headers: {}, body: '' };
    const ports = { file: 1, memory: 2, admission: 3 };
    const config = nginxConfig({ directory: '/d', file: 'page.html', page, admission, ports });
    expect(config).to.include(String.raw`geo $page_0 { default "\"$a\\xxx`);
    expect(config).to.include('return 503 "${page_0}${page_1}${page_2}"');
    expect(config.split('\n').every((line) => line.length < 4096)).to.equal(true);
  });
});

describe('requests as Traefik sends them', () => {
  it('differ by visitor, and end with an empty line', () => {
    const request = traefikRequest({ address: '198.51.100.7', ingress: 'web' });
    expect(request)
      .to.include('\r\nX-Forwarded-For: 198.51.100.7\r\n')
      .and.match(/[^\n]\r\n\r\n$/);
    expect(lastOnItsConnection(request)).to.match(/gzip\r\nConnection: close\r\n\r\n$/);
  });
});

describe('the options of the responder benchmark', () => {
  it('say what is wrong with them', () => {
    expect(() => readOptions(['--only', 'pages'])).to.throw('--only takes a list of page, decision');
    expect(() => readOptions(['--only', 'latency'])).to.throw('needs page too');
    expect(() => readOptions(['--seconds', '0'])).to.throw('--seconds takes a number above 0, not 0');
  });
});
