/** HTTP field names. Lower case, as node:http and HTTP/2 spell them. */

export const headers = {
  /** A staff token; compared by its SHA-256. */
  token: 'backsoon-token',
  /** A token on its way to becoming a cookie; never itself a pass. */
  exchange: 'backsoon-exchange',
  /** A signed probe of the operator. */
  probe: 'backsoon-probe',
  /** The responder's signed answer to a probe. */
  echo: 'backsoon-echo',
  /** On every 503 of a closed window: the opaque id of the one whose page this is. */
  window: 'backsoon-window',
} as const;

/** What `backsoon-exchange` says in an answer. */
export const exchangeResults = { ok: 'ok', refused: 'refused' } as const;

/**
 * Signs that a request went through a proxy (design §6 rule 4): a client's own software sends none of them.
 * X-Forwarded-For as such is none, for the controller writes it itself; several entries in it may be one.
 */
export const proxySigns = [
  'via',
  'forwarded',
  'cdn-loop',
  'x-original-forwarded-for',
  'cf-connecting-ip',
  'true-client-ip',
] as const;

/** Names under which some apps and frameworks take another method than the request line's. */
export const methodOverrides = ['x-http-method-override', 'x-http-method', 'x-method-override'] as const;

/**
 * The visitor's own headers that the responder reads. Drivers that have to name what an ingress controller
 * passes on generate their lists from this constant. Authorization is not in it, on purpose.
 */
export const gateRequestHeaders = [
  'cookie',
  'accept',
  'accept-language',
  'content-type',
  'origin',
  'access-control-request-method',
  'user-agent',
  'sec-fetch-site',
  'upgrade',
  'sec-websocket-key',
  'sec-websocket-version',
  ...methodOverrides,
  ...proxySigns,
  'x-real-ip',
  headers.token,
  headers.exchange,
  headers.probe,
] as const;

/** What an ingress controller says itself of the visitor's request, without being told to. */
export const forwardedHeaders = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-method',
  'x-forwarded-uri',
] as const;

/**
 * What ingress-nginx says itself of the visitor's request where it asks a gate. Under any other controller, and where it
 * fetches the page, a visitor can write all of them.
 */
export const nginxGateHeaders = [
  'x-original-url',
  'x-original-method',
  'x-sent-from',
  'x-request-id',
] as const;

/**
 * What ingress-nginx says itself of the visitor's request where it fetches the page that stands in for a 403, beside
 * `x-request-id`. Under any other controller, and where it asks a gate, a visitor can write all but the first.
 */
export const nginxPageHeaders = [
  'host',
  'x-original-uri',
  'x-namespace',
  'x-ingress-name',
  'x-code',
] as const;

/** What `x-sent-from` says; Traefik's reading of ingress-nginx's annotations does not send it. */
export const sentFromNginx = 'nginx-ingress-controller';

/** All request headers that an answer may depend on: the compiler refuses to read others. */
export const readHeaders = [
  ...gateRequestHeaders,
  ...forwardedHeaders,
  ...nginxGateHeaders,
  ...nginxPageHeaders,
] as const;

export type ReadHeader = (typeof readHeaders)[number];
