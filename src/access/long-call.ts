import { methodOverrides } from '../api/headers.ts';
import type { RequestHeaders } from './client-address.ts';

/**
 * What the method of a request does not tell: that it begins something which outlives it, whose messages may write
 * whatever the method is. `unclear`: its Content-Type can be read in more than one way, maybe as gRPC's.
 */
export type LongCall = 'grpc' | 'upgrade' | 'unclear';

const grpc = /^application\/grpc/i;

/** One media type (RFC 9110 §8.3.1). A comma may be where two fields were joined, and apps take the first or the last. */
const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+[\t ]*(?:;[^,]*)?$/;

/**
 * Which of them the request begins; undefined: none. Controllers may remove `Upgrade` before they ask (Traefik does),
 * so WebSocket's own header fields (RFC 6455 §4.1) tell as well; of other upgrades nothing is left then.
 */
export function longCall(headers: RequestHeaders): LongCall | undefined {
  const type = headers['content-type'];
  if (typeof type === 'string' && grpc.test(type)) return 'grpc';
  if (
    headers['upgrade'] !== undefined ||
    headers['sec-websocket-key'] !== undefined ||
    headers['sec-websocket-version'] !== undefined
  ) {
    return 'upgrade';
  }
  if (type === undefined || type === '') return undefined;
  return typeof type === 'string' && mediaType.test(type) ? undefined : 'unclear';
}

/** May the request be judged by its method? It begins no long call, and names no other method for the app to obey. */
export function isAsItsMethodSays(headers: RequestHeaders): boolean {
  for (const name of methodOverrides) if (headers[name] !== undefined) return false;
  return longCall(headers) === undefined;
}
