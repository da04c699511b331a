import { readHeaders } from '../../../../src/api/headers.ts';
import { framingFields } from '../../../../src/responder/front/framing-fields.ts';

/** A name in lower case, in capitals and as most clients write it. */
const spellings = (name: string): readonly string[] => [
  name,
  name.toUpperCase(),
  name.replaceAll(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase()),
];

/** What well-formed requests are made of. */
export const usual = {
  targets: [
    '/gate/forward/shop/web',
    '/gate/forward/shop/open',
    '/gate/forward/shop/broken',
    '/gate/nginx/shop/web',
    '/gate/nginx/shop/broken',
    '/gate/nginx/a/b',
  ],
  /** Answers that do not fit into a socket's buffer, and such that can not be sent. */
  costlyTargets: ['/gate/forward/shop/big', '/gate/forward/shop/unsendable'],
  readNames: readHeaders.flatMap(spellings),
  otherNames: ['x-other', 'Accept-Encoding', 'Keep-Alive', 'TE', 'authorization', '__proto__', 'constructor'],
  values: [
    'HEAD',
    'a b',
    'a\tb',
    'text/html, */*;q=0.1',
    '198.51.100.10',
    'x',
    '/checkout',
    '"',
    'http://a.test/b?c=d&e=%2F',
  ],
} as const;

/** What a parser may stumble over. */
export const odd = {
  methods: [
    ...'POST OPTIONS CONNECT PRI get GETT GE M-SEARCH'.split(' '),
    '',
    '\r\nGET',
    '\nGET',
    ' GET',
    'G\0ET',
  ],
  targets: [
    ...'/gate/ /gate /gate/we~b_-. /gate/../web /gate//x /gate/web?x=1 /gate/web#x /gate/%77eb //gate/x * x:80'.split(
      ' ',
    ),
    'http://x/gate/web',
    '/gate/w\u00e4b',
    '/gate/w b',
    '/gate/w\tb',
    '/gate/w\0b',
    '',
  ],
  versions: [
    ...'HTTP/1.0 HTTP/1.2 HTTP/2.0 HTTP/0.9 http/1.1 HTTP/1.10 HTTP/1,1 ICE/1.0'.split(' '),
    'HTTP/1.1 ',
    '',
  ],
  separators: ['  ', '\t', '', ' \r\n ', '\u00a0'],
  lineEnds: ['\n', '\r', '\r\r\n', ' \r\n', '\r\n ', '\r\n\t', '\n\r', '\0\r\n', '', '\r\n\r\n'],
  colons: [':', ':  ', ':\t', ' : ', ' :', '\t: ', ': \t', '=', ' ', ':: ', ':\r\n '],
  names: [
    ...[
      ...framingFields,
      'host',
      'connection',
      'set-cookie',
      'accept-',
      'accep',
      'transfer_encoding',
    ].flatMap(spellings),
    '',
    'x y',
    'x\ty',
    'x\0',
    'h\u00f6st',
    'x(y)',
    'x/y',
    'x\u007f',
    '"x"',
    'x@y',
    'x[y]',
    'accept ',
    ' accept',
    'content-length ',
    'transfer-encoding\t',
    '\tcontent-length',
    'x\r',
    'x\n',
  ],
  values: [
    ...'keep-alive Keep-Alive close upgrade websocket 0 1 5 +5 0x5 -1 99999999999999999999 chunked Chunked identity'.split(
      ' ',
    ),
    'keep-alive, close',
    'keep-alive, upgrade',
    '5, 5',
    '5 ',
    'gzip, chunked',
    'chunked, gzip',
    'chunked, chunked',
    '100-continue',
    '',
    ' ',
    '\t',
    ' a',
    'a ',
    'a\t',
    'a\0b',
    'a\rb',
    'a\nb',
    'a\u0001b',
    'a\u007fb',
    'a\u00e9b',
    '\u00ff',
  ],
  hosts: [
    'host: ',
    'HOST:x',
    'Host: a, b',
    'Host:  x',
    'Host: x\r\nHost: x',
    'Host: \u00e9',
    'Host: x\r\nHost: y',
  ],
  bytes: [...'\0\r\n \t:,;\u000b\u007f\u0080\u00ffx/0'.split(''), '\r\n', '\r\n\r\n'],
} as const;

/** A request that must not be seen where it is in a body. */
const smuggled = 'GET /gate/forward/shop/open HTTP/1.1\r\nHost: smuggled\r\n\r\n';
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

export const bodies: readonly string[] = [
  '',
  'x',
  'hello',
  '0\r\n\r\n',
  '0\r\n',
  '0\n\n',
  '\r\n',
  '\r\n\r\n',
  smuggled,
  `${smuggled}${smuggled}`,
  `0\r\n\r\n${smuggled}`,
  `hello${smuggled}`,
  `${chunk(smuggled)}0\r\n\r\n`,
  `${chunk('hello')}0\r\n\r\n${smuggled}`,
  '1;a=b\r\nx\r\n0\r\nTrailer: x\r\n\r\n',
];

/** Ways to frame a message or its connection, each with what comes after its head. */
export const framings: readonly { readonly lines: readonly string[]; readonly body: string }[] = [
  { lines: [`Content-Length: ${smuggled.length}`], body: smuggled },
  { lines: [`content-length: ${smuggled.length}`], body: smuggled },
  { lines: ['Content-Length: 0'], body: '' },
  { lines: ['Content-Length: 5'], body: 'hello' },
  { lines: ['Content-Length: 5', 'Content-Length: 5'], body: 'hello' },
  { lines: ['Transfer-Encoding: chunked'], body: `${chunk(smuggled)}0\r\n\r\n` },
  { lines: ['transfer-encoding: chunked'], body: `${chunk('hello')}0\r\n\r\n` },
  { lines: ['Transfer-Encoding: chunked', 'Trailer: X-A'], body: '0\r\nX-A: b\r\n\r\n' },
  { lines: ['Transfer-Encoding: chunked', 'Content-Length: 5'], body: '0\r\n\r\n' },
  { lines: ['Transfer-Encoding: identity'], body: smuggled },
  { lines: ['Expect: 100-continue', 'Content-Length: 5'], body: 'hello' },
  { lines: ['Expect: 100-continue'], body: '' },
  { lines: ['Expect: something'], body: '' },
  { lines: ['Connection: close'], body: '' },
  { lines: ['Connection: close'], body: smuggled },
  { lines: ['Proxy-Connection: close'], body: smuggled },
  { lines: ['Connection: keep-alive'], body: '' },
  { lines: ['Connection: Keep-Alive'], body: smuggled },
  { lines: ['Connection: keep-alive', 'connection: close'], body: smuggled },
  { lines: ['Connection: Upgrade', 'Upgrade: websocket'], body: smuggled },
  { lines: ['Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: x'], body: smuggled },
  { lines: ['Upgrade: websocket'], body: '' },
];
