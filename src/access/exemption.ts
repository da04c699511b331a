import type { RequestHeaders } from './client-address.ts';
import { isAsItsMethodSays } from './long-call.ts';
import { withoutQuery } from './paths.ts';

const acmeChallenge = /^\/\.well-known\/acme-challenge\/[A-Za-z0-9_-]+$/;

/** What passes every window: proof of a domain to a certificate authority, and a browser's question before CORS. */
export type Exemption = 'acme' | 'preflight';

export interface ExemptionRequest {
  readonly headers: RequestHeaders;
  /** The visitor's method and raw target; undefined where they are not shown: then nothing is exempt. */
  readonly method: string | undefined;
  readonly target: string | undefined;
}

/** Why the request passes whatever is closed, if it does. */
export function exemption({ headers, method, target }: ExemptionRequest): Exemption | undefined {
  switch (method) {
    case 'GET':
    case 'HEAD':
      return target?.startsWith('/.well-known/') === true &&
        acmeChallenge.test(withoutQuery(target)) &&
        isAsItsMethodSays(headers)
        ? 'acme'
        : undefined;
    case 'OPTIONS':
      return typeof headers['origin'] === 'string' &&
        typeof headers['access-control-request-method'] === 'string' &&
        isAsItsMethodSays(headers)
        ? 'preflight'
        : undefined;
    default:
      return undefined;
  }
}
