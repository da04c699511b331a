import { expect } from 'chai';
import { AccessLog } from '../../../../src/responder/observe/access-log.ts';
import { buildPolicy, buildSet, token } from '../../policy/build.ts';
import { recordingLog, visit, type Visiting } from './observing.ts';

const written = (visiting: Visiting): Record<string, unknown> => {
  const { log, lines } = recordingLog();
  new AccessLog(log).write(visit(visiting));
  expect(lines).to.have.length(1);
  return lines[0]!;
};

describe('AccessLog', () => {
  it('tells who was refused what, by which window and under which request id', () => {
    const line = written({
      method: 'POST',
      target: '/cart?coupon=secret',
      requestId: 'abc-1',
      headers: { 'user-agent': 'curl/8' },
    });
    expect(line).to.deep.equal({
      gate: 'shop/web',
      outcome: 'refuse',
      window: 'shop/upgrade',
      requestId: 'abc-1',
      method: 'POST',
      path: '/cart',
      client: '198.51.100.10',
      userAgent: 'curl/8',
    });
  });

  it('tells the pass, and the name of the token', () => {
    expect(written({ headers: { 'backsoon-token': token } })).to.include({
      outcome: 'pass',
      pass: 'token',
      token: 'ops',
      window: 'shop/upgrade',
    });
    expect(written({ headers: { 'x-forwarded-for': '203.0.113.7' } }))
      .to.include({ outcome: 'pass', pass: 'address' })
      .and.not.to.have.property('token');
  });

  it('leaves out what is not known: the window of an orphan, what the class does not show, an unknown client', () => {
    expect(written({ gate: 'shop/free' })).to.have.all.keys('gate', 'outcome', 'method', 'path');
    const { log, lines } = recordingLog();
    const observation = visit({ headers: { 'x-forwarded-for': 'nonsense' } });
    const request = { ...observation.request, method: undefined, target: undefined, host: undefined };
    new AccessLog(log).write({ ...observation, request });
    expect(lines[0]).to.have.all.keys('gate', 'outcome', 'window');
  });

  it('tells the address also where no rule may use it', () => {
    expect(written({ headers: { 'x-forwarded-for': '203.0.113.7', via: '1.1 squid' } })).to.include({
      outcome: 'refuse',
      client: '203.0.113.7',
    });
  });

  const targets = [
    ['/a?b', '/a'],
    ['/a#backsoon=x', '/a'],
    ['?x', ''],
    ['/', '/'],
    [`/%23backsoon=${token}`, '/%23backsoon=bsn_…'],
    [`/x/${token.slice(0, 20)}/y`, '/x/bsn_…/y'],
    [`/${'x'.repeat(5000)}`, `/${'x'.repeat(999)}`],
  ] as const;
  for (const [target, path] of targets) {
    it(`of target ${target.slice(0, 40)} shows the path ${path.slice(0, 40)}`, () => {
      expect(written({ target })['path']).to.equal(path);
    });
  }

  it('cuts User-Agent at 200 characters and takes tokens out of it first', () => {
    const userAgent = `${'x'.repeat(180)}${token} and more ${'y'.repeat(200)}`;
    const shown = written({ headers: { 'user-agent': userAgent } })['userAgent'];
    expect(shown)
      .to.have.length(200)
      .and.to.match(/^x{180}bsn_… and more y+$/);
  });

  it('shows no control characters, of ASCII or above', () => {
    const line = written({
      method: 'GET\u0007',
      target: '/a\u001b[2Jb\u0085c\u007fd',
      headers: { 'user-agent': 'x\u009b2J\u009b31mFAKE\u0000 caf\u00e9' },
    });
    expect(line).to.include({ method: 'GET', path: '/a[2Jbcd', userAgent: 'x2J31mFAKE caf\u00e9' });
  });

  it('takes a token out that controls are strewn into', () => {
    const shown = JSON.stringify(written({ target: `/${token.slice(0, 8)}\u0080${token.slice(8)}` }));
    expect(shown).to.include('bsn_…').and.not.to.include('AAAA');
  });

  it('shows no other header', () => {
    const set = buildSet([buildPolicy()]);
    const headers = Object.fromEntries(
      ['cookie', 'authorization', 'backsoon-exchange', 'backsoon-probe', 'origin', 'referer'].map((name) => [
        name,
        `value-of-${name}`,
      ]),
    );
    expect(JSON.stringify(written({ set, headers }))).not.to.include('value-of');
  });
});
