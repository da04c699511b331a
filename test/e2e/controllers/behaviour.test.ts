import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { headers as names } from '../../../src/api/headers.ts';
import type { Closure } from '../toolkit/closures.ts';
import { scenario } from '../toolkit/closures.ts';
import { eventually } from '../toolkit/eventually.ts';
import type { Mirrored } from '../toolkit/mirror.ts';
import { Mirror } from '../toolkit/mirror.ts';
import type { Site } from '../toolkit/site.ts';
import { createIngress, isServed, openSite, removeSite, staysClosed } from '../toolkit/site.ts';
import type { IngressAsItIs } from '../toolkit/traces.ts';
import { becomesAsBefore, ingressNow } from '../toolkit/traces.ts';
import { colleague } from '../toolkit/visitor.ts';
import { allowing, aWindow, newToken, saying, withToken } from '../toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow } from '../toolkit/windows.ts';
import type { Incoming, Outgoing } from '../toolkit/wire.ts';
import { send, sendByHttp2, webSocket } from '../toolkit/wire.ts';

interface Controller {
  readonly name: string;
  readonly className: string;
  /** Settings of the site's Ingress without which the app itself would not get what the tests send. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Does it show the responder the method, so that a preflight passes, and the page knows that it may reload? */
  readonly showsMethod: boolean;
  /** What it answers by itself to what it does not let come as far as the gate: request → status. */
  readonly own?: Readonly<Record<string, number>>;
}

const controllers: readonly Controller[] = [
  { name: 'traefik', className: 'traefik', annotations: {}, showsMethod: true },
  {
    name: 'haproxy-ingress',
    className: 'haproxy',
    annotations: { 'haproxy-ingress.github.io/ssl-redirect': 'false' },
    showsMethod: false,
  },
  {
    name: 'ingress-nginx',
    className: 'nginx',
    annotations: {
      'nginx.ingress.kubernetes.io/proxy-body-size': '8m',
      'nginx.ingress.kubernetes.io/ssl-redirect': 'false',
    },
    showsMethod: true,
    // proxy-body-size is the app's, and of a body in chunks nginx learns the length when it asks for the page.
    own: { 'POST of 2 MB in chunks': 413 },
  },
  {
    name: 'traefik-nginx',
    className: 'traefik-nginx',
    annotations: { 'nginx.ingress.kubernetes.io/ssl-redirect': 'false' },
    showsMethod: true,
  },
];

const twoMegabytes = randomBytes(2 * 1024 * 1024);
const preflight = {
  method: 'OPTIONS',
  headers: { origin: 'https://app.example.com', 'access-control-request-method': 'PUT' },
};

/** What visitors ask, in words. */
const requests: Readonly<Record<string, Outgoing>> = {
  'GET, as a browser': {},
  'GET, as a program': { headers: { accept: 'application/json' } },
  'GET, as a shell': { headers: { accept: '*/*' } },
  'GET of a path and a query': { path: '/adm/%C3%A9?q=%2F&r=a+b' },
  HEAD: { method: 'HEAD' },
  'POST of 2 MB': { method: 'POST', path: '/orders', body: twoMegabytes },
  'POST in chunks': {
    method: 'POST',
    path: '/orders',
    body: twoMegabytes.subarray(0, 100_000),
    chunked: true,
  },
  'POST of 2 MB in chunks': { method: 'POST', path: '/orders', body: twoMegabytes, chunked: true },
  PUT: { method: 'PUT', path: '/orders/1', body: Buffer.from('{"a":1}') },
  DELETE: { method: 'DELETE', path: '/orders/1' },
  OPTIONS: { method: 'OPTIONS' },
  'an event stream': { path: '/events', headers: { accept: 'text/event-stream' } },
};

/** What the page says of itself, the same everywhere. */
const pageFields = [
  'content-type',
  'cache-control',
  'content-security-policy',
  'access-control-allow-origin',
  'vary',
  'x-content-type-options',
  'referrer-policy',
] as const;

/** What differs from one visit to the next: the window, the request's id, and whether the page may reload itself. */
const alike = (body: string, windowId: string): string =>
  body
    .replaceAll(windowId, '(window)')
    .replace(/(<dt>Request<\/dt><dd><bdi>)[-0-9a-z]+/, '$1(id)')
    .replace(/("requestId":")[-0-9a-z]+/, '$1(id)')
    .replace(/("start":")[^"]+/, '$1(start)')
    .replace(/("retryAfter":)\d+/, '$1(seconds)')
    .replace(/(Request: )[-0-9a-z]+/, '$1(id)')
    .replace(/data-reload="(?:yes|no)"/, 'data-reload="(maybe)"');

const pageOf = ({ status, headers, body }: Incoming): object => ({
  status,
  fields: Object.fromEntries(pageFields.map((name) => [name, headers[name]])),
  body: alike(body, String(headers[names.window])),
});

/** By the first controller; each other one is held against it. */
const pages = new Map<string, object>();

/**
 * Tries again where the connection was cut under an upload: a controller that answers before it is through closes the
 * connection, and the reset can take the answer along. @returns undefined when each of ten was cut off
 */
async function sendUntilAnswered(host: string, outgoing: Outgoing): Promise<Incoming | undefined> {
  for (let left = 10; left > 0; left -= 1) {
    try {
      return await send(host, outgoing);
    } catch (error) {
      if (outgoing.body === undefined) throw error;
    }
  }
  return undefined;
}

/** What a proxy may say of its own request anew each time. */
const ownWords = /^(?:x-request-id|x-forwarded-server)$/i;

function asTheAppGotIt({ body }: Incoming): Mirrored {
  const mirrored = JSON.parse(body) as Mirrored;
  const pairs = mirrored.rawHeaders.flatMap((name, index, all): (readonly [string, string])[] =>
    index % 2 === 0 && !ownWords.test(name) ? [[name, all[index + 1] ?? '']] : [],
  );
  return { ...mirrored, rawHeaders: pairs.map(([name, value]) => `${name}: ${value}`).toSorted() };
}

for (const { name, className, annotations, showsMethod, own = {} } of controllers) {
  scenario(`behind ${name}`, function () {
    this.timeout(90_000);
    const token = newToken();
    const staff = { [names.token]: token };
    const withStaff = (outgoing: Outgoing): Outgoing => ({
      ...outgoing,
      headers: { ...outgoing.headers, ...staff },
    });
    const mirroring = Object.entries(requests).filter(([title]) => !/HEAD|stream/.test(title));
    const open = new Map<string, Mirrored>();
    let site: Site;
    let mirror: Mirror;
    let untouched: IngressAsItIs;
    let closure: Closure;

    const window = (): ReturnType<typeof aWindow> =>
      aWindow(site, allowing(colleague), withToken(token), saying({ title: 'Moving house' }));

    before('open the site and see how requests reach the app', async () => {
      site = await openSite(`behave-${className}`, { className, perSecond: 2 });
      const settings = Object.keys(annotations).length === 0 ? {} : { annotations };
      await createIngress({ ...site, name: site.ingress, className, tls: true, ...settings });
      mirror = await Mirror.standIn(site.namespace);
      await eventually('the mirror behind the site', async () => {
        expect((await send(site.host, { path: '/status/418' })).status).to.equal(418);
      });
      await isServed(site);
      for (const [title, outgoing] of mirroring) {
        const answer = await send(site.host, withStaff(outgoing));
        expect(answer.status, title).to.equal(200);
        open.set(title, asTheAppGotIt(answer));
      }
      untouched = await ingressNow(site);
    });
    after(async () => {
      await removeSite(site);
      await mirror?.[Symbol.asyncDispose]();
    });

    it('closes, proven', async () => {
      await applyWindow(window());
      await conditionBecomes(window(), 'Closed', { status: 'True' }, { within: 45 });
      closure = staysClosed(site, [window()]);
    });

    for (const [title, status] of Object.entries(own)) {
      it(`answers ${title} itself, with ${status}`, async () => {
        const answer = await send(site.host, requests[title]);
        expect(answer.status).to.equal(status);
        expect(answer.headers).to.not.include.keys('x-app');
      });
    }

    it(`${showsMethod ? 'lets' : 'does not let'} the page reload itself`, async () => {
      expect((await send(site.host)).body).to.contain(`data-reload="${showsMethod ? 'yes' : 'no'}"`);
    });

    for (const [title, outgoing] of Object.entries(requests).filter(([each]) => !(each in own))) {
      it(`answers ${title} with the page, as every other controller`, async () => {
        const answer = await sendUntilAnswered(site.host, outgoing);
        expect(mirror.strangersUploads, 'uploads that reached the app').to.deep.equal([]);
        if (answer === undefined) return console.log(`      ${name} cut off ${title} each time`);
        expect(answer.status, JSON.stringify(answer)).to.equal(503);
        expect(answer.headers).to.include.keys('retry-after', names.window);
        expect(answer.headers).to.not.include.keys('x-app', 'set-cookie');
        const page = pageOf(answer);
        expect(page).to.deep.equal(pages.getOrInsert(title, page));
      });
    }

    it('answers a WebSocket with a 503', async () => {
      expect(await webSocket(site.host)).to.deep.equal({ status: 503, echoed: '' });
    });

    it('answers HTTP/2 with the page', async () => {
      const answer = await sendByHttp2(site.host);
      if (answer === undefined) throw new Error(`${name} speaks no HTTP/2`);
      expect(pageOf(answer)).to.deep.equal(pages.get('GET, as a browser'));
    });

    const preflights = showsMethod
      ? 'lets a CORS preflight through to the app'
      : 'answers a CORS preflight with the page';
    it(preflights, async () => {
      const { status, headers } = await send(site.host, preflight);
      expect(status).to.equal(showsMethod ? 200 : 503);
      expect(headers['x-app']).to.equal(showsMethod ? 'mirror' : undefined);
    });

    for (const [title, outgoing] of mirroring) {
      it(`hands ${title} to the app as without a gate, for who has a pass`, async () => {
        const answer = await send(site.host, withStaff(outgoing));
        expect(answer.status, answer.body.slice(0, 300)).to.equal(200);
        expect(asTheAppGotIt(answer)).to.deep.equal(open.get(title));
      });
    }

    it('hands HEAD, WebSockets, event streams and HTTP/2 to the app, too', async () => {
      expect((await send(site.host, withStaff({ method: 'HEAD' }))).headers['x-app']).to.equal('mirror');
      expect(await webSocket(site.host, staff)).to.deep.equal({ status: 101, echoed: 'hello' });
      const events = await send(site.host, withStaff(requests['an event stream'] ?? {}));
      expect(events.body).to.equal('data: first\n\ndata: last\n\n');
      expect((await sendByHttp2(site.host, { headers: staff }))?.headers['x-app']).to.equal('mirror');
    });

    for (const status of [401, 403, 404, 500, 503]) {
      it(`leaves the app’s own ${status} to who has a pass`, async () => {
        const answer = await send(site.host, withStaff({ path: `/status/${status}` }));
        expect(answer.status).to.equal(status);
        expect(answer.headers['x-app']).to.equal('mirror');
        expect(asTheAppGotIt(answer).target).to.equal(`/status/${status}`);
      });
    }

    it('lets in by address, and not by an address that somebody writes', async () => {
      expect((await send(site.host, { from: colleague })).headers['x-app']).to.equal('mirror');
      const forged = { 'x-forwarded-for': colleague, 'x-real-ip': colleague, forwarded: `for=${colleague}` };
      expect((await send(site.host, { headers: forged })).status).to.equal(503);
    });

    it('opens, and leaves the Ingress as it was', async () => {
      closure.end();
      await deleteWindow(window());
      await becomesAsBefore(site, untouched);
      expect((await send(site.host)).headers['x-app']).to.equal('mirror');
    });
  });
}
