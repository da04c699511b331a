import type { RequestHeaders } from '../../../src/access/client-address.ts';
import type { SigningKeys } from '../../../src/access/keys.ts';
import { type Decision, evaluate } from '../../../src/policy/evaluate.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import { at } from './build.ts';

/** Within the occurrence of buildPolicy's window. */
export const closedAt = at('2026-12-01T21:30:00Z');

export const keys: SigningKeys = { current: { id: 'k1', key: Buffer.alloc(32, 'k1') } };

export interface Asked {
  readonly headers?: RequestHeaders;
  readonly method?: string | undefined;
  readonly target?: string | undefined;
  readonly host?: string | undefined;
  readonly nowMs?: number;
  readonly gate?: string;
  readonly keys?: SigningKeys | undefined;
  /** The addresses that are proxies in disguise. */
  readonly shared?: readonly string[];
}

/** What the gate decides about this request; GET of / at shop.example.com unless it says otherwise. */
export function ask(set: PolicySet, asked: Asked = {}): Decision {
  const request = { headers: {}, method: 'GET', target: '/', host: 'shop.example.com', ...asked };
  return evaluate(set, asked.gate ?? 'shop/web', request, {
    nowMs: asked.nowMs ?? closedAt,
    keys: 'keys' in asked ? asked.keys : keys,
    isShared: (_gate, address) => asked.shared?.includes(address.text) === true,
  });
}

/** The decision in one line. */
export function decide(set: PolicySet, asked: Asked = {}): string {
  const decision = ask(set, asked);
  switch (decision.outcome) {
    case 'pass':
      return `pass by ${decision.pass}${decision.token === undefined ? '' : ` ${decision.token}`}`;
    case 'refuse':
      return `refuse for ${decision.window.name}`;
    default:
      return decision.outcome;
  }
}

/** A request from this address, with these other headers. */
export const from = (address: string, more: RequestHeaders = {}): Asked => ({
  headers: { 'x-forwarded-for': address, ...more },
});
