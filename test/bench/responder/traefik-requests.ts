/** One visitor, as far as a gate's request differs by visitor. */
export interface Visitor {
  readonly address: string;
  /** The Ingress whose gate is asked, in namespace `shop`. */
  readonly ingress: string;
}

/** How many different requests a server is asked in turn: enough that remembering the last ones does not help. */
const variants = 1000;

const browsers = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
];

/** All of them get the same page, in English. */
const languages = ['en-GB,en;q=0.7', 'en-US,en;q=0.9', 'en'];

const paths = ['/', '/checkout?step=2', '/products/copper-kettle', '/basket', '/search?q=lamp&page=3'];

/**
 * The request of Traefik's ForwardAuth for a browser: these headers, in this order and spelling, were recorded
 * from Traefik 3.7.9 with the gate's Middleware.
 */
export function traefikRequest(visitor: Visitor, index = 0): string {
  const session = (index * 2_654_435_761).toString(16).padStart(12, '0');
  return [
    `GET /gate/forward/shop/${visitor.ingress} HTTP/1.1`,
    'Host: 10.96.31.7:80',
    `User-Agent: ${of(browsers, index)}`,
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    `Accept-Language: ${of(languages, index)}`,
    `Cookie: sessionid=8f2c1d0a7b6e4f3c${session}; csrftoken=Zm9vYmFyYmF6cXV4`,
    `X-Forwarded-For: ${visitor.address}`,
    'X-Forwarded-Host: shop.example.com',
    'X-Forwarded-Method: GET',
    'X-Forwarded-Port: 443',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Server: traefik-7c9d5b6f44-x2x9k',
    `X-Forwarded-Uri: ${of(paths, index)}`,
    `X-Real-Ip: ${visitor.address}`,
    'Accept-Encoding: gzip',
    '',
    '',
  ].join('\r\n');
}

/** The same request by a client that asks for the end of the connection. */
export const lastOnItsConnection = (request: string): string =>
  request.replace(/\r\n\r\n$/, '\r\nConnection: close\r\n\r\n');

/** Requests of many visitors. */
export const traefikRequests = (visitorOf: (index: number) => Visitor): string[] =>
  Array.from({ length: variants }, (_, index) => traefikRequest(visitorOf(index), index));

/** Visitors whom no list lets in. */
export const strangers = (index: number): Visitor => ({
  address: `198.51.100.${1 + (index % 250)}`,
  ingress: 'web',
});

const of = <T>(values: readonly [T, ...T[]] | readonly T[], index: number): T =>
  values[index % values.length] as T;
