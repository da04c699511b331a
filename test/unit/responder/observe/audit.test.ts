import { expect } from 'chai';
import { Audit } from '../../../../src/responder/observe/audit.ts';
import { buildPolicy, buildSet, otherToken, sha256, token } from '../../policy/build.ts';
import { closedAt, recordingLog, visit } from './observing.ts';

describe('Audit', () => {
  const byToken = { headers: { 'backsoon-token': token } };

  it('tells an exchange, with the name of its token', () => {
    const { log, lines } = recordingLog();
    new Audit(log).note(visit({ headers: { 'backsoon-exchange': token } }));
    expect(lines).to.deep.equal([
      {
        audit: 'exchange',
        gate: 'shop/web',
        window: 'shop/upgrade',
        client: '198.51.100.10',
        result: 'ok',
        token: 'ops',
        msg: 'a token became a cookie',
      },
    ]);
  });

  it('tells the first pass of a token and not the next ones, until the policy changes', () => {
    const { log, lines } = recordingLog();
    const audit = new Audit(log);
    for (let pass = 0; pass < 3; pass++) audit.note(visit(byToken));
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({
      audit: 'token',
      pass: 'token',
      window: 'shop/upgrade',
      token: 'ops',
      gate: 'shop/web',
    });
    expect(lines[0]!['revision']).to.match(/^[0-9a-f]{16}$/);

    const changed = buildSet([buildPolicy({ page: { title: 'Longer' } })]);
    for (let pass = 0; pass < 3; pass++) audit.note(visit({ ...byToken, set: changed }));
    expect(lines).to.have.length(2);
    expect(lines[1]!['revision']).not.to.equal(lines[0]!['revision']);
  });

  it('tells each token of a window by itself, and a cookie as its token', () => {
    const { log, lines } = recordingLog();
    const audit = new Audit(log);
    const tokens = [
      { name: 'ops', sha256: sha256(token), notAfter: null },
      { name: 'sre', sha256: sha256(otherToken), notAfter: null },
    ];
    const set = buildSet([buildPolicy({ access: { tokens } })]);
    const { decision } = visit({ set, headers: { 'backsoon-exchange': token } });
    const [cookie = ''] = decision.outcome === 'exchange' ? decision.cookies : [];
    audit.note(visit({ set, headers: { cookie: cookie.slice(0, cookie.indexOf(';')) } }));
    audit.note(visit({ set, headers: { 'backsoon-token': token } }));
    audit.note(visit({ set, headers: { 'backsoon-token': otherToken } }));
    expect(lines.map((line) => [line['pass'], line['token']])).to.deep.equal([
      ['cookie', 'ops'],
      ['token', 'sre'],
    ]);
  });

  it('says nothing of other decisions', () => {
    const { log, lines } = recordingLog();
    const audit = new Audit(log);
    audit.note(visit());
    audit.note(visit({ headers: { 'x-forwarded-for': '203.0.113.7' } }));
    audit.note(visit({ gate: 'shop/free' }));
    expect(lines).to.deep.equal([]);
  });

  it('writes refused exchanges ten at once, then one in a second, and counts the rest', () => {
    const { log, lines } = recordingLog();
    const audit = new Audit(log);
    const refuse = (nowMs: number): void =>
      audit.note(visit({ nowMs, headers: { 'backsoon-exchange': otherToken } }));
    for (let exchange = 0; exchange < 100; exchange++) refuse(closedAt);
    expect(lines).to.have.length(10);
    expect(lines.every((line) => line['result'] === 'refused' && !('unwritten' in line))).to.equal(true);
    refuse(closedAt + 999);
    expect(lines).to.have.length(10);
    refuse(closedAt + 1000);
    expect(lines).to.have.length(11);
    expect(lines[10]).to.include({ unwritten: 91 });
    // A clock that steps back neither writes nor locks the log for good.
    refuse(closedAt - 3_600_000);
    expect(lines).to.have.length(11);
    refuse(closedAt - 3_600_000 + 1000);
    expect(lines).to.have.length(12);
  });
});
