import type { Logger } from 'pino';
import { plain } from '../../page/escape.ts';
import { type Observation, windowNameOf } from './observation.ts';

const mostUserAgent = 200;
const mostPath = 1000;
const mostMethod = 32;

/** As much of a text as is looked at: longer ones are nobody's, and would cost. */
const mostLookedAt = 4096;

/**
 * One line per decision. It shows no header but User-Agent, no query, nothing that has the form of a token, and no
 * control characters: terminals obey those above ASCII too, which JSON does not escape.
 */
export class AccessLog {
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  write({ gate, decision, request, requestId }: Observation): void {
    const { method, target, headers } = request;
    const window = windowNameOf(decision);
    const userAgent = headers['user-agent'];
    this.#log.info({
      gate,
      outcome: decision.outcome,
      ...(window !== '' && { window }),
      ...('pass' in decision && { pass: decision.pass }),
      ...('token' in decision && { token: decision.token }),
      ...(requestId !== undefined && { requestId }),
      ...(method !== undefined && { method: shown(method, mostMethod) }),
      ...(target !== undefined && { path: shown(withoutQuery(target), mostPath) }),
      ...('client' in decision && 'address' in decision.client && { client: decision.client.address.text }),
      ...(typeof userAgent === 'string' && { userAgent: shown(userAgent, mostUserAgent) }),
    });
  }
}

function withoutQuery(target: string): string {
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}

/** A link that was pasted wrongly (`/%23backsoon=bsn_…`) brings its token into the path. */
const tokenLike = /bsn_[\w-]*/g;

const shown = (text: string, most: number): string =>
  plain(text.slice(0, mostLookedAt)).replaceAll(tokenLike, 'bsn_…').slice(0, most);
