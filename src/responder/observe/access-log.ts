import type { Logger } from 'pino';
import { type Observation, windowNameOf } from './observation.ts';

const mostUserAgent = 200;
const mostPath = 1000;
const mostMethod = 32;

/** One line per decision. It shows no header but User-Agent, no query, and nothing that has the form of a token. */
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
  (text.includes('bsn_') ? text.replaceAll(tokenLike, 'bsn_…') : text).slice(0, most);
