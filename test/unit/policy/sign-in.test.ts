import { expect } from 'chai';
import { cookieName } from '../../../src/access/cookie.ts';
import type { SigningKeys } from '../../../src/access/keys.ts';
import type { Decision } from '../../../src/policy/evaluate.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import { ask, type Asked, closedAt, decide, from, keys } from './ask.ts';
import { at, buildPolicy, buildSet, end, otherToken, sha256, start, token } from './build.ts';

type Exchange = Extract<Decision, { outcome: 'exchange' }>;

function exchange(set: PolicySet, asked: Asked = {}): Exchange {
  const decision = ask(set, { ...asked, headers: { 'backsoon-exchange': token, ...asked.headers } });
  if (decision.outcome !== 'exchange') throw new Error(`an exchange became ${decision.outcome}`);
  return decision;
}

/** The cookies as a browser sends them back. */
const cookie = ({ cookies }: Exchange): string => cookies.map((line) => line.split(';')[0]).join('; ');

const back = (cookie: string, more: Asked = {}): Asked => ({ ...more, headers: { ...more.headers, cookie } });

const hash = (name: string, text: string, notAfter: string | null = null) => ({
  name,
  sha256: sha256(text),
  notAfter,
});

describe('exchange', () => {
  const set = buildSet([buildPolicy()]);

  it('gives a cookie for a token, and the cookie passes', () => {
    const decision = exchange(set);
    expect(decision).to.deep.include({ token: 'ops' });
    expect(decision.window?.name).to.equal('shop/upgrade');
    expect(decision.cookies).to.have.length(1);
    expect(decision.cookies[0]).to.match(
      /^__Host-backsoon-[0-9a-f]{8}=v1\.k1\.\d+\.ops\.[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600$/,
    );
    expect(decide(set, back(cookie(decision)))).to.equal('pass by cookie ops');
    expect(decide(set, back(`a=1; ${cookie(decision)}; b=2`, { method: 'POST' }))).to.equal(
      'pass by cookie ops',
    );
  });

  const refused: readonly (readonly [string, Asked])[] = [
    ['another token', { headers: { 'backsoon-exchange': otherToken } }],
    ['the hash of the token', { headers: { 'backsoon-exchange': sha256(token) } }],
    ['a repeated header', { headers: { 'backsoon-exchange': `${token}, ${token}` } }],
    ['a list of headers', { headers: { 'backsoon-exchange': [token, token] } }],
    ['an empty header', { headers: { 'backsoon-exchange': '' } }],
    ['no keys', { keys: undefined }],
    ['a malformed host', { host: 'a.example, b.example' }],
    ['no host where the class shows it', { host: undefined }],
    ['a gate that is not closed yet', { nowMs: at(start) - 1 }],
    ['a gate that is open again', { nowMs: at(end) }],
    ['less than a second before the end', { nowMs: at(end) - 999 }],
  ];
  for (const [what, asked] of refused) {
    it(`is refused, never an admission: ${what}`, () => {
      const decision = exchange(set, asked);
      expect(decision.cookies).to.deep.equal([]);
      expect(decision).not.to.have.property('token');
    });
  }

  const passes: readonly (readonly [string, Asked])[] = [
    ['an address', from('203.0.113.7')],
    ['a token', { headers: { 'backsoon-token': token } }],
    ['a challenge', { target: '/.well-known/acme-challenge/x' }],
    ['the sign-out path', { target: '/.well-known/backsoon/sign-out' }],
    [
      'a preflight',
      { method: 'OPTIONS', headers: { origin: 'https://a.example', 'access-control-request-method': 'GET' } },
    ],
  ];
  for (const [what, asked] of passes) {
    it(`comes before ${what}`, () => expect(exchange(set, asked).cookies).to.have.length(1));
  }

  it('happens at / of a site where only /checkout is closed', () => {
    const part = buildSet([buildPolicy({ only: { hosts: null, paths: ['/checkout'] } })]);
    const given = cookie(exchange(part, { target: '/' }));
    expect(decide(part, back(given, { target: '/checkout' }))).to.equal('pass by cookie ops');
  });

  it('gives a cookie for each closed window in which the token is good', () => {
    const several = buildSet([
      buildPolicy({ name: 'a' }),
      buildPolicy({ name: 'b', access: { tokens: [hash('dba', token)] } }),
      buildPolicy({ name: 'c', access: { tokens: [hash('ops', otherToken)] }, occurrences: [] }),
      buildPolicy({ name: 'd', occurrences: [] }),
    ]);
    const decision = exchange(several);
    expect(decision.cookies.map((line) => line.split('=')[0])).to.deep.equal([
      cookieName('uid-a'),
      cookieName('uid-b'),
    ]);
    expect(decide(several, back(cookie(decision)))).to.equal('pass by cookie ops');
    const [first = ''] = decision.cookies;
    expect(decide(several, back(first)), 'one of two').to.equal('refuse for shop/a');
  });

  it('that is refused shows the page that is shown', () => {
    const later = buildPolicy({ name: 'z', occurrences: [{ start, end: null }] });
    const asked = { headers: { 'backsoon-exchange': otherToken } };
    expect(exchange(buildSet([buildPolicy(), later]), asked).window?.name).to.equal('shop/z');
    expect(exchange(buildSet([buildPolicy({ name: 'a' }), buildPolicy()]), asked).window?.name).to.equal(
      'shop/a',
    );
    expect(exchange(set, { nowMs: at(end) })).not.to.have.property('window');
  });

  it('is judged at covered gates only', () => {
    expect(decide(set, { gate: 'shop/other', headers: { 'backsoon-exchange': token } })).to.equal('orphan');
  });
});

describe('a cookie at the gate', () => {
  const set = buildSet([buildPolicy()]);
  const given = cookie(exchange(set));

  it('is no token, and a token is no cookie', () => {
    expect(decide(set, { headers: { 'backsoon-token': given } })).to.equal('refuse for shop/upgrade');
    expect(decide(set, back(`${cookieName('uid-upgrade')}=${token}`))).to.equal('refuse for shop/upgrade');
  });

  it('passes its own host, in any spelling', () => {
    expect(decide(set, back(given, { host: 'SHOP.example.com:8443' }))).to.equal('pass by cookie ops');
    for (const host of ['www.example.com', undefined, '', 'shop.example.com, www.example.com'])
      expect(decide(set, back(given, { host })), host).to.equal('refuse for shop/upgrade');
  });

  it('passes any host where the class does not show it, and none of a class that does', () => {
    const blind = buildSet([buildPolicy({ class: 'blind' })]);
    const anywhere = cookie(exchange(blind, { host: 'a.example' }));
    expect(decide(blind, back(anywhere, { host: 'b.example' }))).to.equal('pass by cookie ops');
    expect(decide(set, back(anywhere))).to.equal('refuse for shop/upgrade');
  });

  it('passes until it expires, the token ends or the window is gone', () => {
    expect(decide(set, back(given, { nowMs: at(end) - 1 }))).to.equal('pass by cookie ops');
    const longer = buildSet([buildPolicy({ occurrences: [{ start, end: null }] })]);
    expect(decide(longer, back(given, { nowMs: at(end) - 1 }))).to.equal('pass by cookie ops');
    expect(decide(longer, back(given, { nowMs: at(end) }))).to.equal('refuse for shop/upgrade');
    const tokens = [hash('ops', token, '2026-12-01T21:40:00Z')];
    const short = buildSet([buildPolicy({ access: { tokens } })]);
    expect(decide(short, back(given, { nowMs: at('2026-12-01T21:40:00Z') }))).to.match(/^refuse/);
    const removed = buildSet([buildPolicy({ access: { tokens: [] } })]);
    expect(decide(removed, back(given))).to.match(/^refuse/);
    const rotated = buildSet([buildPolicy({ access: { tokens: [hash('ops', otherToken)] } })]);
    expect(decide(rotated, back(given))).to.match(/^refuse/);
    expect(decide(buildSet([buildPolicy({ name: 'other' })]), back(given))).to.match(/^refuse/);
  });

  it('goes on past the end where the site is held', () => {
    const held = buildSet([buildPolicy({ occurrences: [{ start, end, hold: true }] })]);
    const soon = at(end) - 60_000;
    const pass = cookie(exchange(held, { nowMs: soon }));
    expect(decide(held, back(pass, { nowMs: at(end) + 60_000 }))).to.equal('pass by cookie ops');
  });

  it('outlives a change of the key until the old one is gone', () => {
    const next = { id: 'k2', key: Buffer.alloc(32, 'k2') };
    const rotated: SigningKeys = { current: next, previous: keys.current };
    expect(decide(set, back(given, { keys: rotated }))).to.equal('pass by cookie ops');
    expect(decide(set, back(given, { keys: { current: next } }))).to.equal('refuse for shop/upgrade');
    expect(decide(set, back(given, { keys: undefined }))).to.equal('refuse for shop/upgrade');
  });

  it('is found among others of its name', () => {
    const name = cookieName('uid-upgrade');
    expect(decide(set, back(`${name}=old; ${name}=v1.x; ${given}; ${name}=`))).to.equal('pass by cookie ops');
    expect(decide(set, back(given.replace('__Host-', '')))).to.match(/^refuse/);
    expect(decide(set, back(`x${given}`))).to.match(/^refuse/);
  });

  it('passes upgrades and every path that is closed', () => {
    const upgrade = back(given, { target: '/a//b', headers: { upgrade: 'websocket' } });
    expect(decide(set, upgrade)).to.equal('pass by cookie ops');
  });
});

describe('a credential that is good for nothing', () => {
  const set = buildSet([buildPolicy()]);
  const name = cookieName('uid-upgrade');
  const bad = (asked: Asked, among: PolicySet = set): string | undefined => {
    const decision = ask(among, asked);
    return decision.outcome === 'refuse' ? decision.badCredential : decision.outcome;
  };

  it('is told of as a token or a cookie', () => {
    expect(bad({ headers: { 'backsoon-token': otherToken } })).to.equal('token');
    expect(bad(back(`${name}=v1.k1.1.ops.x`))).to.equal('cookie');
    expect(bad(back(`${name}=`))).to.equal('cookie');
    expect(bad(back(`${name}=x`, { headers: { 'backsoon-token': otherToken } }))).to.equal('token');
  });

  it('is not what is no credential, or is one of another window', () => {
    expect(bad({})).to.equal(undefined);
    expect(bad({ headers: { 'backsoon-token': 'secret' } })).to.equal(undefined);
    expect(bad(back(`session=1; ${cookieName('uid-other')}=x`))).to.equal(undefined);
  });

  it('is not one that another closed window takes', () => {
    const two = buildSet([buildPolicy(), buildPolicy({ name: 'z', access: { tokens: [] } })]);
    expect(bad({ headers: { 'backsoon-token': token } }, two)).to.equal(undefined);
    expect(bad(back(cookie(exchange(two))), two)).to.equal(undefined);
    const reversed = buildSet([buildPolicy(), buildPolicy({ name: 'a', access: { tokens: [] } })]);
    expect(bad({ headers: { 'backsoon-token': token } }, reversed)).to.equal(undefined);
  });

  it('is a bad cookie beside a good one of another window', () => {
    const tokens = [hash('dba', token)];
    const two = buildSet([buildPolicy(), buildPolicy({ name: 'z', access: { tokens } })]);
    const [first = '', second = ''] = exchange(two).cookies.map((line) => line.split(';')[0]);
    expect(bad(back(`${first}; ${second}x`), two)).to.equal('cookie');
    expect(bad(back(`${first}x; ${second}`), two)).to.equal('cookie');
    expect(bad(back(first), two)).to.equal(undefined);
    expect(bad(back(`${first}; ${second}x; ${second}`), two)).to.equal('pass');
  });

  it('keeps nobody out who has another pass', () => {
    const colleague = from('203.0.113.7', { 'backsoon-token': otherToken, cookie: `${name}=x` });
    expect(bad(colleague)).to.equal('pass');
  });
});

describe('sign-out', () => {
  const target = '/.well-known/backsoon/sign-out';
  const open = buildPolicy({ name: 'later', occurrences: [] });
  const set = buildSet([buildPolicy({ only: { hosts: null, paths: ['/checkout'] } }), open]);

  it('ends the cookies of all the windows, whatever part is closed and whoever asks', () => {
    const colleague = from('203.0.113.7', { 'backsoon-token': token });
    for (const asked of [{ target }, { target: `${target}?x=1` }, { ...colleague, target, method: 'POST' }]) {
      const decision = ask(set, asked);
      if (decision.outcome !== 'sign-out') throw new Error(decision.outcome);
      expect(decision.window.name).to.equal('shop/upgrade');
      expect(decision.cookies).to.deep.equal(
        ['uid-later', 'uid-upgrade'].map(
          (uid) => `${cookieName(uid)}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`,
        ),
      );
    }
  });

  it('is for its own path alone, where paths are seen and a window is closed', () => {
    for (const other of [`${target}/`, `${target}x`, `/x${target}`, target.toUpperCase(), `/${target}`])
      expect(decide(buildSet([buildPolicy()]), { target: other }), other).to.match(/^refuse/);
    expect(decide(buildSet([buildPolicy({ class: 'blind' })]), { target })).to.match(/^refuse/);
    expect(decide(set, { target, nowMs: at(end) })).to.equal('open');
    expect(decide(buildSet([open]), { target })).to.equal('open');
  });
});

describe('the client of a decision', () => {
  it('is unknown when its address was on a list and shared, and known otherwise', () => {
    const set = buildSet([buildPolicy()]);
    const client = (address: string) => {
      const decision = ask(set, {
        ...from(address),
        shared: ['203.0.113.7', '198.51.100.1'],
        nowMs: closedAt,
      });
      return 'client' in decision ? decision.client : undefined;
    };
    expect(client('203.0.113.7')).to.deep.include({ kind: 'unknown', reason: 'SharedAddress' });
    expect(client('198.51.100.1')).to.deep.include({ kind: 'known' });
  });
});
