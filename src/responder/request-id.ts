import type { RequestHeaders } from '../access/client-address.ts';

/** Ids for the help desk: unique per replica and start, short, and no secret. */
export function createRequestIds(seed: string): () => string {
  let count = 0;
  return () => `${seed}-${(count++).toString(36)}`;
}

/** Of all that has this form nothing is a secret; visitors may write the field themselves. */
const requestIdSyntax = /^[0-9a-f-]{32,36}$/;

/**
 * The id that nginx gives a request, the same on the gate and on the page that is fetched for it, so that the page's id is
 * found in the access log; one of `create` when there is none.
 */
export function nginxRequestId(headers: RequestHeaders, create: () => string): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && requestIdSyntax.test(given) ? given : create();
}
