import type { RequestHeaders } from './client-address.ts';
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
        !isUpgradeOrGrpc(headers)
        ? 'acme'
        : undefined;
    case 'OPTIONS':
      return typeof headers['origin'] === 'string' &&
        typeof headers['access-control-request-method'] === 'string' &&
        !isUpgradeOrGrpc(headers)
        ? 'preflight'
        : undefined;
    default:
      return undefined;
  }
}

/**
 * Does the request begin something that outlives it? Controllers may remove `Upgrade` before they ask (Traefik
 * does), so WebSocket's own header fields (RFC 6455 §4.1) tell as well.
 */
export function isUpgradeOrGrpc(headers: RequestHeaders): boolean {
  if (
    headers['upgrade'] !== undefined ||
    headers['sec-websocket-key'] !== undefined ||
    headers['sec-websocket-version'] !== undefined
  ) {
    return true;
  }
  const type = headers['content-type'];
  return typeof type === 'string' && /^application\/grpc/i.test(type);
}
