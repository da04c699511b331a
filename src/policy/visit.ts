import type { ClientAddress } from '../access/client-address.ts';
import { cookieValues, verifyCookie } from '../access/cookie.ts';
import { type Exemption, exemption } from '../access/exemption.ts';
import { hostName } from '../access/host.ts';
import { isAsItsMethodSays } from '../access/long-call.ts';
import { findToken, tokenDigest } from '../access/token.ts';
import { headers as names } from '../api/headers.ts';
import type { Circumstances, GateRequest } from './decision.ts';
import type { CompiledGate, CompiledWindow } from './policy-set.ts';

/** Why a request passes one window. */
export type WayIn =
  | { readonly pass: 'address' | 'path' | 'method' | Exemption }
  | { readonly pass: 'token' | 'cookie'; readonly token: string };

const ways = {
  address: { pass: 'address' },
  path: { pass: 'path' },
  method: { pass: 'method' },
  acme: { pass: 'acme' },
  preflight: { pass: 'preflight' },
} as const;

/**
 * One request at a gate that is closed at least in part. It sees what the gate's class lets it see and nothing
 * more; what is dear (a digest, a MAC) is worked out when a window asks for it.
 */
export class Visit {
  readonly windows: readonly CompiledWindow[];
  readonly request: GateRequest;
  readonly circumstances: Circumstances;
  /** The visitor's raw target; undefined: not seen. */
  readonly target: string | undefined;
  readonly #gate: CompiledGate;
  readonly #method: string | undefined;
  readonly #digest: Uint8Array | undefined;
  readonly #exemption: Exemption | undefined;
  /** Worked out when it is asked for; null: not yet. */
  #host: string | undefined | null = null;
  #client: ClientAddress;
  #isTokenGood = false;
  #isCookieBad = false;

  constructor(
    gate: CompiledGate,
    visitor: {
      readonly request: GateRequest;
      readonly client: ClientAddress;
      readonly circumstances: Circumstances;
    },
  ) {
    const { request } = visitor;
    const sees = gate.settings?.sees;
    this.#gate = gate;
    this.windows = gate.windows;
    this.request = request;
    this.circumstances = visitor.circumstances;
    this.#client = visitor.client;
    this.target = sees?.path === true ? request.target : undefined;
    this.#method = sees?.method === true ? request.method : undefined;
    this.#digest = tokenDigest(request.headers[names.token]);
    this.#exemption = exemption({ headers: request.headers, method: this.#method, target: this.target });
  }

  get nowMs(): number {
    return this.circumstances.nowMs;
  }

  /** The host as `hostName` spells it; empty: not seen; undefined: seen, and no host. */
  get host(): string | undefined {
    if (this.#host === null)
      this.#host = this.#gate.settings?.sees.host === true ? hostName(this.request.host) : '';
    return this.#host;
  }

  /** Who the client is; an address that was on a list and shared too widely is unknown from then on. */
  get client(): ClientAddress {
    return this.#client;
  }

  /** What was presented and is good for nothing, once every closed window was asked. */
  get badCredential(): 'token' | 'cookie' | undefined {
    if (this.#digest !== undefined && !this.#isTokenGood) return 'token';
    return this.#isCookieBad ? 'cookie' : undefined;
  }

  /** Is the request in the part that the window closes? What is not seen counts as closed. */
  isClosedBy({ only }: CompiledWindow): boolean {
    if (only === undefined) return true;
    // An empty host is one that is not seen.
    if (only.hosts !== undefined && this.host && !only.hosts.has(this.host)) return false;
    return only.paths === undefined || this.target === undefined || only.paths.closes(this.target);
  }

  /** The cheap ways before the dear ones; but who shows a token passes by it, for the audit's sake. */
  wayPast(window: CompiledWindow): WayIn | undefined {
    if (this.#exemption !== undefined) return ways[this.#exemption];
    const token = this.#digest && findToken(this.#digest, window.tokens, this.nowMs);
    if (token !== undefined) {
      this.#isTokenGood = true;
      return { pass: 'token', token: token.name };
    }
    if (this.#passesByAddress(window)) return ways.address;
    if (this.target !== undefined && window.paths.passes(this.target)) return ways.path;
    if (this.#passesByMethod(window)) return ways.method;
    return this.#cookieWay(window);
  }

  #passesByAddress({ addresses, trustSharedAddress }: CompiledWindow): boolean {
    const client = this.#client;
    if (!this.#gate.addressRules || !('address' in client) || !addresses.has(client.address)) return false;
    if (trustSharedAddress) return isVisitor(client);
    if (client.kind !== 'known') return false;
    if (!this.circumstances.isShared(this.#gate.gate, client.address)) return true;
    this.#client = { kind: 'unknown', reason: 'SharedAddress', address: client.address };
    return false;
  }

  #passesByMethod({ methods }: CompiledWindow): boolean {
    return this.#method !== undefined && methods.has(this.#method) && isAsItsMethodSays(this.request.headers);
  }

  #cookieWay(window: CompiledWindow): WayIn | undefined {
    const header = this.request.headers['cookie'];
    if (typeof header !== 'string') return undefined;
    const values = cookieValues(header, window.cookieName);
    for (const value of values) {
      const token = this.#tokenOfCookie(value, window);
      if (token !== undefined) return { pass: 'cookie', token };
    }
    if (values.length > 0) this.#isCookieBad = true;
    return undefined;
  }

  #tokenOfCookie(value: string, { uid, tokens }: CompiledWindow): string | undefined {
    const { keys, nowMs } = this.circumstances;
    if (keys === undefined || this.host === undefined) return undefined;
    return verifyCookie(value, { uid, host: this.host }, { tokens, nowMs, keys });
  }
}

/** Would the address be a visitor's if its proxy were trusted? */
const isVisitor = (client: ClientAddress & { readonly address: unknown }): boolean =>
  client.kind === 'known' ||
  client.reason === 'SharedAddress' ||
  (client.reason === 'UnknownProxy' && client.visitor);
