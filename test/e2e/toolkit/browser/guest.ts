import { expect } from 'chai';
import type { BrowserContext, BrowserContextOptions, ConsoleMessage, Page, Request } from 'playwright-core';
import { headers } from '../../../../src/api/headers.ts';
import { theBrowser } from './chromium.ts';

/** Who sits at the browser, and how. */
export interface GuestOptions extends Pick<
  BrowserContextOptions,
  'locale' | 'timezoneId' | 'colorScheme' | 'reducedMotion' | 'viewport' | 'javaScriptEnabled' | 'userAgent'
> {
  /** A script of the test's own that runs in every document before the page's scripts. */
  readonly script?: string;
}

let guests = 0;

/** A person with a browser of their own: no cookie, no cache, no storage but what they collect themselves. */
export class Guest implements AsyncDisposable {
  readonly #context: BrowserContext;
  readonly #complaints: string[] = [];
  readonly #requests: Request[] = [];
  /** Nobody else has it: it tells in logs who asked. */
  readonly userAgent: string;
  /** The first tab. */
  readonly page: Page;

  private constructor(context: BrowserContext, page: Page, userAgent: string) {
    this.#context = context;
    this.page = page;
    this.userAgent = userAgent;
  }

  static async arrive({ script, ...options }: GuestOptions = {}): Promise<Guest> {
    guests += 1;
    const { userAgent = `guest-${guests}.` } = options;
    const browser = await theBrowser();
    const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options, userAgent });
    if (script !== undefined) await context.addInitScript({ content: script });
    const guest = new Guest(context, await context.newPage(), userAgent);
    await guest.#watch();
    return guest;
  }

  /** What went wrong: errors and warnings on the console, uncaught errors, broken rules of the CSP, failed requests. */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  /** What all tabs asked for, `GET https://shop.test/`, in order and without fragments. */
  get requests(): readonly string[] {
    return this.#requests.map((request) => `${request.method()} ${request.url().replace(/#.*/, '')}`);
  }

  /** How many requests carried a token to be exchanged for a cookie. */
  get exchanges(): number {
    return this.#requests.filter((request) => headers.exchange in request.headers()).length;
  }

  async openTab(): Promise<Page> {
    return this.#context.newPage();
  }

  /** Sends an empty form to a URL, from a document of no site. */
  async submitForm(url: string): Promise<void> {
    await this.page.setContent(`<form method="post" action="${url}"><button>Send</button></form>`);
    await this.page.getByRole('button').click();
    await this.page.waitForURL(url);
  }

  /** The addresses of the first tab's history, one per line. */
  async history(): Promise<string> {
    const session = await this.#context.newCDPSession(this.page);
    const { entries } = await session.send('Page.getNavigationHistory');
    return entries.map(({ url }) => url).join('\n');
  }

  /** All cookies and all storage, as JSON. */
  async stored(): Promise<string> {
    return JSON.stringify(await this.#context.storageState({ indexedDB: true }));
  }

  async cookieNames(): Promise<readonly string[]> {
    return (await this.#context.cookies()).map(({ name }) => name);
  }

  /** Gives the cookies of all hosts to another one too, as no browser does by itself. */
  async carryCookiesTo(host: string): Promise<void> {
    const cookies = await this.#context.cookies();
    await this.#context.addCookies(
      cookies.map(({ name, value }) => ({ name, value, url: `https://${host}/`, secure: true })),
    );
  }

  /** The Cookie header of each request to a host. */
  async cookiesSentTo(host: string): Promise<readonly (string | undefined)[]> {
    const requests = this.#requests.filter((request) => new URL(request.url()).host === host);
    return Promise.all(requests.map(async (request) => (await request.allHeaders())['cookie']));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }

  async #watch(): Promise<void> {
    const note = (complaint: string): void => void this.#complaints.push(complaint);
    this.#context.on('console', (message) => {
      if (isComplaint(message))
        note(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    this.#context.on('weberror', (error) => note(`uncaught: ${error.error().message}`));
    this.#context.on('request', (request) => this.#requests.push(request));
    this.#context.on('requestfailed', (request) => {
      if (!isLeftBehind(request))
        note(`failed: ${request.method()} ${request.url()} ${request.failure()?.errorText}`);
    });
    await this.#context.exposeFunction('noteViolation', (what: string) => note(`CSP: ${what}`));
    await this.#context.addInitScript({
      content: `addEventListener('securitypolicyviolation', (event) =>
        noteViolation(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));`,
    });
  }
}

/** Chromium itself reports every 503, and the page is one: no page could keep it from that. The shop has no icon. */
function isComplaint(message: ConsoleMessage): boolean {
  if (!['error', 'warning', 'assert'].includes(message.type())) return false;
  const status = /^Failed to load resource: the server responded with a status of (\d+)/.exec(
    message.text(),
  )?.[1];
  const isIcon = message.location().url.endsWith('/favicon.ico');
  return !(status === '503' || (status === '404' && isIcon));
}

/** A question that was under way when the page was left. */
const isLeftBehind = (request: Request): boolean => request.failure()?.errorText === 'net::ERR_ABORTED';

/** Nothing went wrong in any tab so far. */
export function expectNoComplaints({ complaints }: Guest): void {
  expect(complaints, 'what the browser complained about').to.deep.equal([]);
}
