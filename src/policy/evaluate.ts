import { type ClientAddress, clientAddress, type RequestHeaders } from '../access/client-address.ts';
import type { Address } from '../access/ip.ts';
import type { SigningKeys } from '../access/keys.ts';
import { matchToken, tokenDigest } from '../access/token.ts';
import { headers as names } from '../api/headers.ts';
import type { ClosedTime, CompiledWindow, PolicySet } from './policy-set.ts';

/** Why a request was let in although its site is closed. */
export type Pass = 'address' | 'token' | 'cookie' | 'path' | 'method' | 'preflight' | 'acme';

/** A visitor's request as the gate's controller shows it. */
export interface GateRequest {
  readonly headers: RequestHeaders;
  /** The visitor's own method; undefined where the controller does not show it. */
  readonly method: string | undefined;
  /** The visitor's own target, raw, with its query; undefined where the controller does not show it. */
  readonly target: string | undefined;
  /** The host that the visitor asked for, raw, maybe with a port; undefined where the controller does not show it. */
  readonly host: string | undefined;
}

/** What a decision depends on besides the request and the policies. */
export interface Circumstances {
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Undefined while there are none: then no cookie is good and none is given. */
  readonly keys: SigningKeys | undefined;
  /** Is this address a proxy that hides itself, by what its gate has seen lately (design §6 rule 6)? */
  readonly isShared: (gate: string, address: Address) => boolean;
}

export type Decision =
  /** No policy covers the gate, so nothing asks to close it. */
  | { readonly outcome: 'orphan' }
  /** Covered, and no window is closed now. */
  | { readonly outcome: 'open'; readonly client: ClientAddress }
  | {
      readonly outcome: 'pass';
      readonly pass: Pass;
      /** The closed window that it passed; of several, the one whose page others see. */
      readonly window: CompiledWindow;
      /** The token's name, when the pass is one, or a cookie that was got for one. */
      readonly token?: string;
      readonly client: ClientAddress;
    }
  | {
      readonly outcome: 'refuse';
      /** Whose page to show: of the closed windows, the one that ends last. */
      readonly window: CompiledWindow;
      readonly occurrence: ClosedTime;
      readonly client: ClientAddress;
      /** What was presented and is good for nothing here: a well-formed token, or a cookie of one of these windows. */
      readonly badCredential?: 'token' | 'cookie';
    }
  /** A token on its way to becoming a cookie (design §5). Never an admission. */
  | {
      readonly outcome: 'exchange';
      /** A closed window in which the token is good, or the one whose page others see; absent: none is closed. */
      readonly window?: CompiledWindow;
      /** The token's name; absent: it was good nowhere. */
      readonly token?: string;
      /** Whole values of Set-Cookie; none: refused. */
      readonly cookies: readonly string[];
      readonly client: ClientAddress;
    }
  /** A visit to the sign-out path. Never an admission. */
  | {
      readonly outcome: 'sign-out';
      readonly window: CompiledWindow;
      readonly occurrence: ClosedTime;
      /** Whole values of Set-Cookie that end the cookies of all the gate's windows. */
      readonly cookies: readonly string[];
      readonly client: ClientAddress;
    };

/**
 * May this request in? Every 200 of a gate comes from here: `orphan`, `open` and `pass` admit, nothing else does.
 * @param gate `namespace/ingress`
 */
export function evaluate(
  set: PolicySet,
  gate: string,
  request: GateRequest,
  { nowMs }: Circumstances,
): Decision {
  const compiled = set.gates.get(gate);
  if (compiled === undefined) return { outcome: 'orphan' };
  const client = clientAddress(request.headers, compiled.settings, set.cluster);
  const closed = closedWindows(compiled.windows, nowMs);
  const shown = closed[0];
  if (shown === undefined) return { outcome: 'open', client };
  const { window, occurrence } = shown;

  const exempt = exemption(request);
  if (exempt !== undefined) return { outcome: 'pass', pass: exempt, window, client };

  const digest = tokenDigest(request.headers[names.token]);
  const ways = closed.map((each) => wayIn(each.window, { client, digest, nowMs }));
  const [first] = ways;
  // One closed window that does not let it in is enough to keep it out.
  if (first === undefined || ways.includes(undefined))
    return { outcome: 'refuse', window, occurrence, client };
  return { outcome: 'pass', ...first, window, client };
}

/** What a client without any pass meets at the gate: what a probe reports. */
export function decisionWithoutPass(set: PolicySet, gate: string, nowMs: number): 'open' | 'closed' {
  const windows = set.gates.get(gate)?.windows ?? [];
  return windows.some((window) => closedTime(window, nowMs) !== undefined) ? 'closed' : 'open';
}

/** The occurrence that the window is closed by now: `start <= now < end`. */
export function closedTime(window: CompiledWindow, nowMs: number): ClosedTime | undefined {
  return window.occurrences.find(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
}

interface Closed {
  readonly window: CompiledWindow;
  readonly occurrence: ClosedTime;
}

/** The closed ones; first the one that ends last (no end is last), of equals the first by name. */
function closedWindows(windows: readonly CompiledWindow[], nowMs: number): readonly Closed[] {
  const closed: Closed[] = [];
  for (const window of windows) {
    const occurrence = closedTime(window, nowMs);
    if (occurrence !== undefined) closed.push({ window, occurrence });
  }
  // The windows come sorted by name and sorting is stable. Infinity minus itself is no number, hence the comparison.
  return closed.length < 2 ? closed : closed.sort((a, b) => compareEnds(b.occurrence, a.occurrence));
}

const compareEnds = (a: ClosedTime, b: ClosedTime): number =>
  a.endMs < b.endMs ? -1 : Number(a.endMs > b.endMs);

const acmeChallenge = /^\/\.well-known\/acme-challenge\/[A-Za-z0-9_-]+$/;

/** What passes every window: proof of a domain to a certificate authority, and a browser's question before CORS. */
function exemption({ headers, method, target }: GateRequest): 'acme' | 'preflight' | undefined {
  if (
    (method === 'GET' || method === 'HEAD') &&
    target !== undefined &&
    acmeChallenge.test(withoutQuery(target))
  ) {
    return isUpgradeOrGrpc(headers) ? undefined : 'acme';
  }
  const asksFirst =
    method === 'OPTIONS' &&
    typeof headers['origin'] === 'string' &&
    typeof headers['access-control-request-method'] === 'string';
  return asksFirst && !isUpgradeOrGrpc(headers) ? 'preflight' : undefined;
}

function withoutQuery(target: string): string {
  const question = target.indexOf('?');
  return question < 0 ? target : target.slice(0, question);
}

/** Neither ever passes by its method or path: both outlive the request that began them. */
function isUpgradeOrGrpc(headers: RequestHeaders): boolean {
  const type = headers['content-type'];
  return headers['upgrade'] !== undefined || (typeof type === 'string' && /^application\/grpc/i.test(type));
}

interface Presented {
  readonly client: ClientAddress;
  readonly digest: Uint8Array | undefined;
  readonly nowMs: number;
}

type WayIn = { readonly pass: 'address' } | { readonly pass: 'token'; readonly token: string };

function wayIn(window: CompiledWindow, { client, digest, nowMs }: Presented): WayIn | undefined {
  const token = digest && matchToken(digest, window.tokens, nowMs);
  if (token !== undefined) return { pass: 'token', token };
  return isAllowed(window, client) ? { pass: 'address' } : undefined;
}

function isAllowed(window: CompiledWindow, client: ClientAddress): boolean {
  if (client.kind === 'known') return window.addresses.has(client.address);
  return (
    window.trustSharedAddress &&
    client.reason === 'UnknownProxy' &&
    client.visitor &&
    window.addresses.has(client.address)
  );
}
