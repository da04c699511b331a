import { hash, targets } from './windows.ts';

/** A spec that the API server must refuse: why, the spec, and the field and the words that its message must name. */
export type Refusal = readonly [why: string, spec: unknown, field: string, words: string];

const start = '2026-12-01T22:00:00+01:00';
const end = '2026-12-01T23:30:00+01:00';
const many = <T>(count: number, item: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => item(index));

const scheduled = (why: string, schedule: unknown, field: string, words: string): Refusal => [
  why,
  { targets, schedule },
  `spec.schedule${field}`,
  words,
];
const granting = (why: string, access: unknown, field: string, words: string): Refusal => [
  why,
  { targets, access },
  `spec.access.${field}`,
  words,
];
const showing = (why: string, page: unknown, field: string, words: string): Refusal => [
  why,
  { targets, page },
  `spec.page.${field}`,
  words,
];
const closing = (why: string, ingress: unknown, words: string): Refusal => [
  why,
  { targets: [{ ingress }] },
  'spec.targets[0].ingress',
  words,
];
const narrowed = (why: string, only: unknown, field: string, words: string): Refusal => [
  why,
  { targets, only },
  `spec.only${field}`,
  words,
];

const oneOfNameAndSelector = 'set exactly one of name (one Ingress) and selector';

const targetRefusals: readonly Refusal[] = [
  ['no targets', {}, 'spec.targets', 'Required value'],
  ['an empty list of targets', { targets: [] }, 'spec.targets', 'at least 1'],
  ['too many targets', { targets: many(65, () => targets[0]) }, 'spec.targets', 'at most 64'],
  ['a target that is not an Ingress', { targets: [{}] }, 'spec.targets[0].ingress', 'Required value'],
  closing('a target without name and selector', {}, oneOfNameAndSelector),
  closing('a target with name and selector', { name: 'shop', selector: {} }, oneOfNameAndSelector),
  [
    'an In without values',
    { targets: [{ ingress: { selector: { matchExpressions: [{ key: 'tier', operator: 'In' }] } } }] },
    'spec.targets[0].ingress.selector.matchExpressions[0]',
    'In and NotIn need values',
  ],
  narrowed('an only that says nothing', {}, '', 'leave `only` out to close everything'),
  narrowed('an only with no hosts', { hosts: [] }, '.hosts', 'at least 1'),
  narrowed(
    'a host with a scheme',
    { hosts: ['https://shop.example.com'] },
    '.hosts[0]',
    'without scheme, port or path',
  ),
  narrowed('a host in upper case', { hosts: ['Shop.example.com'] }, '.hosts[0]', 'lower-case host name'),
  narrowed('too many hosts', { hosts: many(257, () => 'a.example') }, '.hosts', 'at most 256'),
  narrowed('too many paths', { paths: many(257, () => '/a') }, '.paths', 'at most 256'),
  narrowed('a path without /', { paths: ['checkout'] }, '.paths[0]', 'a path begins with /'),
];

const scheduleRefusals: readonly Refusal[] = [
  scheduled('an empty schedule', {}, '', 'set start (once) or cron (recurring)'),
  scheduled('start and cron', { start, cron: '0 2 * * *', duration: '1h' }, '', 'not both'),
  scheduled('end and duration', { start, end, duration: '90m' }, '', 'set end or duration, not both'),
  scheduled('end alone', { end }, '', 'end goes with start'),
  scheduled('end with cron', { cron: '0 2 * * *', duration: '1h', end }, '', 'ends after duration'),
  scheduled('duration alone', { duration: '1h' }, '', 'duration goes with start or cron'),
  scheduled('cron without duration', { cron: '0 2 * * *' }, '', 'cron needs duration'),
  scheduled('a time zone with start', { start, timeZone: 'Europe/Amsterdam' }, '', 'timeZone goes with cron'),
  scheduled('exclusions with start', { start, exclude: [{ start, end }] }, '', 'exclude goes with cron'),
  scheduled('an end before the start', { start: end, end: start }, '', 'end must be later than start'),
  scheduled(
    'an end at the start',
    { start, end: '2026-12-01T21:00:00Z' },
    '',
    'end must be later than start',
  ),
  scheduled(
    'a time without an offset',
    { start: '2026-12-01T22:00:00' },
    '.start',
    'with seconds and an offset',
  ),
  scheduled(
    'a date',
    { start: '2026-12-01' },
    '.start',
    'write a time with seconds and an offset (RFC 3339)',
  ),
  scheduled('a day that does not exist', { start: '2026-02-30T22:00:00Z' }, '.start', 'RFC 3339'),
  scheduled('an offset that does not exist', { start: '2026-02-03T22:00:00+25:00' }, '.start', 'RFC 3339'),
  scheduled('a cron of six fields', { cron: '0 0 2 * * *', duration: '1h' }, '.cron', 'write five fields'),
  scheduled('a nickname for cron', { cron: '@daily', duration: '1h' }, '.cron', 'write five fields'),
  scheduled('a duration of nothing', { start, duration: '0s' }, '.duration', 'more than zero'),
  scheduled('a duration in ISO 8601', { start, duration: 'PT90M' }, '.duration', 'such as 90m, 1h30m or 2d'),
  scheduled('a duration that goes back', { start, duration: '-5m' }, '.duration', 'such as 90m'),
  scheduled('a duration without unit', { start, duration: '90' }, '.duration', 'such as 90m'),
  scheduled(
    'an exclusion that ends before it starts',
    { cron: '0 2 * * *', duration: '1h', exclude: [{ start: end, end: start }] },
    '.exclude[0]',
    'end must be later than start',
  ),
  scheduled(
    'too many exclusions',
    { cron: '0 2 * * *', duration: '1h', exclude: many(257, () => ({ start, end })) },
    '.exclude',
    'at most 256',
  ),
  ['an unknown end policy', { targets, endPolicy: 'Close' }, 'spec.endPolicy', '"Open", "Hold"'],
  ['an unknown gates mode', { targets, gates: 'Always' }, 'spec.gates', '"OnDemand", "Standing"'],
  [
    'an extension without until',
    { targets, extension: { occurrence: start } },
    'spec.extension.until',
    'Required',
  ],
  [
    'an extension into the past',
    { targets, extension: { occurrence: end, until: start } },
    'spec.extension',
    'until must be later than occurrence',
  ],
  [
    'a negative time to live',
    { targets, ttlSecondsAfterCompleted: -1 },
    'spec.ttlSecondsAfterCompleted',
    'greater than or equal to 0',
  ],
  [
    'an endedAt in words',
    { targets, endedAt: 'now' },
    'spec.endedAt',
    'write a time with seconds and an offset',
  ],
];

const token = { name: 'ops', sha256: hash };

const accessRefusals: readonly Refusal[] = [
  ...[
    'localhost',
    '203.0.113.256',
    '203.0.113.0/33',
    '010.0.0.1',
    '10.0.0',
    '::ffff:192.0.2.1',
    'fe80::1%eth0',
  ].map((address) =>
    granting(
      `the address ${address}`,
      { addresses: [address] },
      'addresses[0]',
      'write an IP address or a CIDR',
    ),
  ),
  ...['0.0.0.0/0', '10.0.0.0/7', '::/0', '2001::/15'].map((cidr) =>
    granting(
      `the wide prefix ${cidr}`,
      { addresses: [cidr] },
      'addresses[0]',
      'wider than /8 (IPv4) or /16 (IPv6)',
    ),
  ),
  granting('too many addresses', { addresses: many(4097, () => '192.0.2.1') }, 'addresses', 'at most 4096'),
  granting(
    'a token in place of its hash',
    { tokens: [{ ...token, sha256: `bsn_${'A'.repeat(43)}` }] },
    'tokens[0].sha256',
    'never the token itself',
  ),
  granting(
    'a hash in upper case',
    { tokens: [{ ...token, sha256: 'A'.repeat(64) }] },
    'tokens[0].sha256',
    '64 lower-case hex digits',
  ),
  granting('a token without a hash', { tokens: [{ name: 'ops' }] }, 'tokens[0].sha256', 'Required value'),
  granting(
    'a token name with a dot',
    { tokens: [{ ...token, name: 'a.b' }] },
    'tokens[0].name',
    'lower-case letters, digits and -',
  ),
  granting('two tokens of one name', { tokens: [token, token] }, 'tokens[1]', 'Duplicate value'),
  granting(
    'too many tokens',
    { tokens: many(65, (index) => ({ ...token, name: `t${index}` })) },
    'tokens',
    'at most 64',
  ),
  granting(
    'a notAfter without an offset',
    { tokens: [{ ...token, notAfter: '2026-12-01T22:00:00' }] },
    'tokens[0].notAfter',
    'an offset',
  ),
  granting('a path without /', { paths: ['healthz'] }, 'paths[0]', 'a path begins with /'),
  granting('a path with a query', { paths: ['/healthz?x=1'] }, 'paths[0]', 'without query'),
  ...['/a/../b', '/a/.', '/a//b', '/a;b', '/a\\b', '/a%2fb', '/a%5Cb', '/a%00'].map((path) =>
    granting(`the path ${path}`, { paths: [path] }, 'paths[0]', 'matches no request; write the plain path'),
  ),
  granting('too many paths', { paths: many(257, () => '/a') }, 'paths', 'at most 256'),
  granting(
    'a method in lower case',
    { methods: ['get'] },
    'methods[0]',
    'in upper case, such as GET or HEAD',
  ),
];

const pageRefusals: readonly Refusal[] = [
  showing('a long title', { title: 'x'.repeat(201) }, 'title', '200'),
  showing('a long message', { message: 'x'.repeat(2001) }, 'message', '2000'),
  ...['javascript:alert(1)', 'status.example.com', '/status', 'ftp://example.com', 'https://'].map((url) =>
    showing(`the status page ${url}`, { statusPage: url }, 'statusPage', 'write a full http or https URL'),
  ),
  showing(
    'a translation into no language',
    { translations: { 'de de': { title: 'x' } } },
    'translations',
    'the keys are language tags',
  ),
  showing('an empty translation', { translations: { de: {} } }, 'translations.de', 'at least 1'),
  showing(
    'a template without a key',
    { template: { configMapKeyRef: { name: 'page' } } },
    'template.configMapKeyRef.key',
    'Required value',
  ),
  showing('a retryAfter of nothing', { retryAfter: 0 }, 'retryAfter', 'greater than or equal to 1'),
  showing('a retryAfter of two days', { retryAfter: 172_800 }, 'retryAfter', 'less than or equal to 86400'),
];

export const refusals: readonly Refusal[] = [
  ...targetRefusals,
  ...scheduleRefusals,
  ...accessRefusals,
  ...pageRefusals,
];
