import type { ClientAddress, RequestHeaders } from '../access/client-address.ts';
import { headers as names } from '../api/headers.ts';
import { negotiateFormat } from '../page/negotiate.ts';
import { type PreparedPages, preparePages } from '../page/prepare.ts';
import { retryAfterSeconds } from '../page/retry-after.ts';
import { fillSlots } from '../page/slots.ts';
import type { Decision } from '../policy/evaluate.ts';
import type { ClosedTime, CompiledWindow } from '../policy/policy-set.ts';
import type { Answer } from './answer.ts';

/** What a refusal needs to know of its request. */
export interface RefusedRequest {
  readonly headers: RequestHeaders;
  /** The visitor's method, as far as it is known. */
  readonly method: string | undefined;
  readonly nowMs: number;
  /** From 0 up to 1. */
  readonly random: number;
  readonly requestId: string;
}

type Refused = Extract<Decision, { outcome: 'refuse' }>;

const unavailable = 14;

/** The 503 of a closed window: its page in the client's format; gRPC gets its status, an upgrade gets nothing. */
export function refusal({ window, occurrence, client }: Refused, request: RefusedRequest): Answer {
  const { headers, nowMs, random, requestId } = request;
  const explicit = window.page.retryAfter;
  const retryAfter = String(retryAfterSeconds({ nowMs, endMs: occurrence.endMs, explicit, random }));
  const common = [names.window, window.id, 'Retry-After', retryAfter, ...common503(headers['origin'])];

  if (isGrpc(headers['content-type'])) {
    const message = 'closed for maintenance';
    const grpc = [
      'Content-Type',
      'application/grpc',
      'grpc-status',
      String(unavailable),
      'grpc-message',
      message,
    ];
    return { status: 503, headers: [...common, ...grpc], body: '' };
  }
  if (headers['upgrade'] !== undefined) return { status: 503, headers: common, body: '' };

  const format = negotiateFormat(headers['accept']);
  const page = pagesOf(window, occurrence).page(format, headers['accept-language']);
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
  const reload = request.method === 'GET' || request.method === 'HEAD' ? 'yes' : 'no';
  return {
    status: 503,
    headers: [...common, ...typed],
    body: fillSlots(page, { retryAfter, requestId, address: addressText(client), reload }),
    withoutBody: request.method === 'HEAD',
  };
}

/** A 503 that has no page: the policies are not loaded yet, or the answer is not for visitors' eyes. */
export function bareRefusal(extra: readonly string[]): Answer {
  return { status: 503, headers: ['Cache-Control', 'no-store', ...extra], body: '' };
}

/** Pages live as long as their window's policy, for one occurrence at a time. */
const prepared = new WeakMap<
  CompiledWindow,
  { readonly occurrence: ClosedTime; readonly pages: PreparedPages }
>();

function pagesOf(window: CompiledWindow, occurrence: ClosedTime): PreparedPages {
  const known = prepared.get(window);
  if (known?.occurrence === occurrence) return known.pages;
  const pages = preparePages({ ...window.page, windowId: window.id, ...occurrence });
  prepared.set(window, { occurrence, pages });
  return pages;
}

/**
 * Headers of every 503 for visitors. Without Access-Control-Allow-Origin a script of another origin would see a
 * network error and could not tell maintenance from an outage.
 */
function common503(origin: RequestHeaders[string]): readonly string[] {
  const fixed = ['Cache-Control', 'no-store', 'Vary', 'Accept, Accept-Language, Origin'];
  const exposed = ['Access-Control-Expose-Headers', 'Backsoon-Window, Retry-After'];
  // A request with credentials is answered for its own origin only; `*` would be refused by the browser.
  return typeof origin === 'string' && isOrigin(origin)
    ? [
        ...fixed,
        'Access-Control-Allow-Origin',
        origin,
        'Access-Control-Allow-Credentials',
        'true',
        ...exposed,
      ]
    : [...fixed, 'Access-Control-Allow-Origin', '*', ...exposed];
}

const isOrigin = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9._:[\]-]{1,260}$/.test(text);

const isGrpc = (type: RequestHeaders[string]): boolean =>
  typeof type === 'string' && /^application\/grpc/i.test(type);

const addressText = (client: ClientAddress): string =>
  'address' in client ? client.address.text : 'unknown';
