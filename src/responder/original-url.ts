/** What ingress-nginx says of the visitor's URL where it asks a gate. */
export interface OriginalUrl {
  /** The visitor's field `Host`, which need not be the host that they are served as. */
  readonly host: string;
  /** The visitor's raw target, with its query. */
  readonly target: string;
}

/** Nothing but what hosts are made of may come before the path: visitors write `Host` as they like. */
const syntax = /^https?:\/\/([A-Za-z0-9._:[\]-]*)(\/[^]*)$/;

/**
 * Reads `X-Original-URL`, which is `$scheme://$http_host$request_uri`.
 *
 * nginx serves `GET http://shop.test?x=/hooks` with `Host: a.test` as shop.test and says `http://a.test?x=/hooks` of it;
 * `Host: a?b` is fine with it too. So where the path begins is certain only after a plain host, and otherwise there is none.
 */
export function originalUrl(value: string | readonly string[] | undefined): OriginalUrl | undefined {
  const match = typeof value === 'string' ? syntax.exec(value) : null;
  if (match === null) return undefined;
  const [, host = '', target = ''] = match;
  return { host, target };
}
