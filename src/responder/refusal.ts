import type { ClientAddress, HeaderValue } from '../access/client-address.ts';
import { longCall } from '../access/long-call.ts';
import { exchangeResults, headers as names } from '../api/headers.ts';
import { negotiateFormat } from '../page/negotiate.ts';
import { type PreparedPages, preparePages } from '../page/prepare.ts';
import { retryAfterSeconds } from '../page/retry-after.ts';
import { fillSlots } from '../page/slots.ts';
import type { Decision, GateRequest } from '../policy/evaluate.ts';
import type { ClosedTime, CompiledWindow } from '../policy/policy-set.ts';
import type { Closed } from './answer.ts';

/** What a refusal needs to know of its request. */
export interface RefusedRequest {
  readonly request: GateRequest;
  readonly nowMs: number;
  /** From 0 up to 1. */
  readonly random: number;
  readonly requestId: string;
  /** Is told, once for each of its pages, that a window's template gave way to the built-in page. */
  readonly onTemplateProblem: (window: string, error: unknown) => void;
}

type Refused = Extract<Decision, { outcome: 'refuse' | 'sign-out' }>;
type Exchanged = Extract<Decision, { outcome: 'exchange' }>;

const unavailable = 14;

/**
 * The 503 of a closed window: its page in the client's format and language; gRPC gets its status, an upgrade gets
 * nothing. Signing out is a refusal that ends cookies.
 */
export function refusal(decision: Refused, refused: RefusedRequest): Closed {
  const { request, nowMs, random, requestId } = refused;
  const { window, occurrence, client } = decision;
  const { headers, method } = request;
  const explicit = window.page.retryAfter;
  const retryAfter = String(retryAfterSeconds({ nowMs, endMs: occurrence.endMs, explicit, random }));
  const isSignOut = decision.outcome === 'sign-out';
  const common = [names.window, window.id, 'Retry-After', retryAfter, ...uncached];
  // No other origin's script has any business with the end of a cookie.
  common.push(...(isSignOut ? setCookies(decision.cookies) : readableBy(headers['origin'])));

  const call = longCall(headers);
  if (call === 'grpc') {
    const message = 'closed for maintenance';
    const grpc = [
      'Content-Type',
      'application/grpc',
      'grpc-status',
      String(unavailable),
      'grpc-message',
      message,
    ];
    return { status: 503, headers: [...common, ...grpc], body: [] };
  }
  if (call === 'upgrade') return { status: 503, headers: common, body: [] };

  const format = negotiateFormat(headers['accept']);
  const page = pagesOf(window, occurrence, refused).page(format, headers['accept-language']);
  const typed = [
    'Content-Type',
    page.contentType,
    'Content-Language',
    page.contentLanguage,
    'X-Content-Type-Options',
    'nosniff',
  ];
  if (page.contentSecurityPolicy !== undefined)
    typed.push('Content-Security-Policy', page.contentSecurityPolicy);
  // Asking again for the answer to another method would be another request; and there is nothing at sign-out's path.
  const reload = !isSignOut && (method === 'GET' || method === 'HEAD') ? 'yes' : 'no';
  return {
    status: 503,
    headers: [...common, ...typed],
    body: fillSlots(page, {
      retryAfter,
      requestId,
      address: addressText(client) ?? page.unknownAddress,
      reload,
    }),
    withoutBody: method === 'HEAD',
  };
}

/**
 * The answer to a token that asks to become a cookie (design §5). It is no page, and it is no admission: the page's
 * script reloads with the cookie. Without CORS headers, so that no other origin's script can read it.
 */
export function exchangeAnswer({ cookies }: Exchanged): Closed {
  const result = cookies.length > 0 ? exchangeResults.ok : exchangeResults.refused;
  return bareRefusal([names.exchange, result, ...setCookies(cookies)]);
}

const setCookies = (cookies: readonly string[]): string[] =>
  cookies.flatMap((cookie) => ['Set-Cookie', cookie]);

/** A 503 that has no page: the policies are not loaded yet, or the answer is not for visitors' eyes. */
export function bareRefusal(extra: readonly string[]): Closed {
  return { status: 503, headers: ['Cache-Control', 'no-store', ...extra], body: [] };
}

/** Pages live as long as their window's policy, for one occurrence at a time. */
const prepared = new WeakMap<
  CompiledWindow,
  { readonly occurrence: ClosedTime; readonly pages: PreparedPages }
>();

function pagesOf(
  window: CompiledWindow,
  occurrence: ClosedTime,
  { onTemplateProblem }: RefusedRequest,
): PreparedPages {
  const known = prepared.get(window);
  if (known?.occurrence === occurrence) return known.pages;
  const page = { ...window.page, windowId: window.id, ...occurrence };
  const pages = preparePages(page, (error) => onTemplateProblem(window.name, error));
  prepared.set(window, { occurrence, pages });
  return pages;
}

/** All that decides what a client meets here: a cache that keeps a 503 all the same must not give it to staff. */
const vary = ['Accept', 'Accept-Language', 'Origin', 'Cookie', names.token].join(', ');

/** Headers of every 503 for visitors. */
const uncached = ['Cache-Control', 'no-store', 'Vary', vary];

/**
 * Without Access-Control-Allow-Origin a script of another origin would see a network error and could not tell
 * maintenance from an outage.
 */
function readableBy(origin: HeaderValue): readonly string[] {
  const exposed = ['Access-Control-Expose-Headers', 'Backsoon-Window, Retry-After'];
  // A request with credentials is answered for its own origin only; `*` would be refused by the browser.
  return typeof origin === 'string' && isOrigin(origin)
    ? ['Access-Control-Allow-Origin', origin, 'Access-Control-Allow-Credentials', 'true', ...exposed]
    : ['Access-Control-Allow-Origin', '*', ...exposed];
}

const isOrigin = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9._:[\]-]{1,260}$/.test(text);

const addressText = (client: ClientAddress): string | undefined =>
  'address' in client ? client.address.text : undefined;
