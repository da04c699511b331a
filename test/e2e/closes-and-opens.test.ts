import { expect } from 'chai';
import type { Closure } from './toolkit/closures.ts';
import { scenario } from './toolkit/closures.ts';
import { eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import type { IngressAsItIs } from './toolkit/traces.ts';
import { becomesAsBefore, ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { colleague, visit } from './toolkit/visitor.ts';
import { allowing, aWindow, newToken, saying, withToken } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow, phaseBecomes } from './toolkit/windows.ts';

scenario('a window without a schedule', () => {
  const token = newToken();
  const window = aWindow(
    { namespace: 'e2e-immediate' },
    allowing(`${colleague}/32`),
    withToken(token),
    saying({ title: 'Back <soon>', message: 'We move to a bigger database.' }),
  );
  let site: Site;
  let untouched: IngressAsItIs;
  let closure: Closure;

  before(async () => {
    site = await openSite('immediate');
    untouched = await ingressNow(site);
  });
  after(async () => removeSite(site));

  it('closes the site as soon as it is applied', async () => {
    expect((await visit(site.host)).status).to.equal(200);
    await applyWindow(window);
    const closed = await conditionBecomes(window, 'Closed', { status: 'True', reason: 'Closed' });
    closure = staysClosed(site, [window]);
    expect(closed.message).to.equal('1 of 1 gates are proven closed.');
    expect((await visit(site.host)).status).to.equal(503);
    await phaseBecomes(window, 'Closed');
  });

  const formats = [
    {
      accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
      type: 'text/html; charset=utf-8',
      says: 'Back &lt;soon&gt;',
    },
    { accept: 'application/json', type: 'application/problem+json', says: 'Back <soon>' },
    { accept: 'text/plain', type: 'text/plain; charset=utf-8', says: 'Back <soon>' },
  ];
  for (const { accept, type, says } of formats) {
    it(`says so in ${type} to who accepts ${accept}`, async () => {
      const { status, headers, body } = await visit(site.host, { headers: { accept } });
      expect(status).to.equal(503);
      expect(headers['content-type']).to.equal(type);
      expect(headers['cache-control']).to.equal('no-store');
      expect(headers.vary).to.match(/accept/i);
      expect(Number(headers['retry-after'])).to.be.within(300, 360);
      expect(headers['backsoon-window']).to.match(/^\S+$/);
      expect(body).to.include(says).and.to.include('We move to a bigger database.');
    });
  }

  it('answers HEAD without a body', async () => {
    const { status, headers, body } = await visit(site.host, { method: 'HEAD' });
    expect({ status, body }).to.deep.equal({ status: 503, body: '' });
    expect(headers['retry-after']).to.match(/^\d+$/);
  });

  it('answers POST with the page, and the app never hears of it', async () => {
    expect((await visit(site.host, { method: 'POST' })).status).to.equal(503);
  });

  it('lets a colleague in by address', async () => {
    const { status, body } = await visit(site.host, { from: colleague });
    expect(status).to.equal(200);
    expect(body).to.include('The Corner Shop');
  });

  it('lets the holder of a token in, and nobody with another one', async () => {
    expect((await visit(site.host, { token })).status).to.equal(200);
    expect((await visit(site.host, { token: newToken() })).status).to.equal(503);
    expect((await visit(site.host, { token: token.slice(0, -1) })).status).to.equal(503);
  });

  const forgeries: readonly Readonly<Record<string, string>>[] = [
    { 'x-forwarded-for': colleague },
    { 'x-forwarded-for': `${colleague}, 127.0.0.1` },
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-real-ip': colleague },
    { forwarded: `for=${colleague}` },
    { 'x-forwarded-method': 'OPTIONS', origin: 'https://x.test', 'access-control-request-method': 'GET' },
    { 'x-forwarded-uri': '/.well-known/acme-challenge/token' },
    { 'x-original-forwarded-for': colleague },
    { connection: 'x-forwarded-for, backsoon-token', 'x-forwarded-for': colleague },
  ];
  for (const headers of forgeries) {
    it(`is not opened by ${JSON.stringify(headers)}`, async () => {
      expect((await visit(site.host, { headers })).status).to.equal(503);
    });
  }

  it('opens the site and leaves nothing behind when it is deleted', async () => {
    closure.end();
    await deleteWindow(window);
    await eventually('the site is open', async () => {
      expect((await visit(site.host)).status).to.equal(200);
    });
    await becomesAsBefore(site, untouched);
    await leavesNoTrace(site.namespace);
    expect((await visit(site.host)).status).to.equal(200);
  });
});
