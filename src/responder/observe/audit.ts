import type { Logger } from 'pino';
import type { ClientAddress } from '../../access/client-address.ts';
import type { Decision } from '../../policy/evaluate.ts';
import type { CompiledWindow } from '../../policy/policy-set.ts';
import { type Observation, windowNameOf } from './observation.ts';

/** Refused exchanges are written at once up to so many, then one for each second: anyone can send them. */
const burst = 10;
const refillMs = 1000;

/**
 * Who used what to get in, always on: each exchange of a token for a cookie, and the first time that a token or
 * a cookie of its passes under a revision of a window's policy. Names of tokens, never tokens.
 */
export class Audit {
  readonly #log: Logger;
  /** Token names that have passed; a changed policy is a new window here. */
  readonly #passed = new WeakMap<CompiledWindow, Set<string>>();
  #budget = burst;
  #budgetMs = 0;
  #unwritten = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  note({ gate, decision, nowMs }: Observation): void {
    if (decision.outcome === 'exchange') this.#noteExchange(gate, decision, nowMs);
    else if (decision.outcome === 'pass' && decision.token !== undefined) {
      const { window, token, pass, client } = decision;
      const names = this.#namesOf(window);
      if (names.has(token)) return;
      names.add(token);
      const entry = { audit: 'token', pass, window: window.name, revision: window.revision, token };
      this.#log.info({ ...entry, gate, ...shown(client) }, 'first pass of a token');
    }
  }

  #noteExchange(gate: string, decision: Extract<Decision, { outcome: 'exchange' }>, nowMs: number): void {
    const { token, cookies, client } = decision;
    const window = windowNameOf(decision);
    const entry = { audit: 'exchange', gate, ...(window !== '' && { window }), ...shown(client) };
    if (cookies.length > 0) {
      this.#log.info({ ...entry, result: 'ok', token }, 'a token became a cookie');
    } else if (this.#mayWrite(nowMs)) {
      const unwritten = this.#unwritten;
      this.#unwritten = 0;
      this.#log.info(
        { ...entry, result: 'refused', ...(unwritten > 0 && { unwritten }) },
        'an exchange was refused',
      );
    } else this.#unwritten += 1;
  }

  #namesOf(window: CompiledWindow): Set<string> {
    const known = this.#passed.get(window);
    if (known !== undefined) return known;
    const names = new Set<string>();
    this.#passed.set(window, names);
    return names;
  }

  /** A bucket that fills with time; a clock that steps back fills nothing. */
  #mayWrite(nowMs: number): boolean {
    const refill = Math.max(0, nowMs - this.#budgetMs) / refillMs;
    this.#budget = Math.min(burst, this.#budget + refill);
    this.#budgetMs = nowMs;
    if (this.#budget < 1) return false;
    this.#budget -= 1;
    return true;
  }
}

const shown = (client: ClientAddress): { client?: string } =>
  'address' in client ? { client: client.address.text } : {};
