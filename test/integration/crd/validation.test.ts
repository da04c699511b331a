import { expect } from 'chai';
import { ApiServer, installDefinition, windows, type Answer } from './api-server.ts';
import { refusals } from './refusals.ts';
import { everyField, hash, targets, windowNamed } from './windows.ts';

interface Stored {
  readonly spec: unknown;
}

const start = '2026-12-01T22:00:00+01:00';
const many = <T>(count: number, item: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => item(index));

const accepted: readonly (readonly [what: string, spec: object])[] = [
  ['every field, closing once', everyField.once],
  ['every field, closing again and again', everyField.recurring],
  ['targets alone: closed from now on', { targets }],
  ['every Ingress of the namespace', { targets: [{ ingress: { selector: {} } }] }],
  ['a start without an end', { targets, schedule: { start } }],
  ['a start and a duration', { targets, schedule: { start, duration: '90m' } }],
  ['a duration of days', { targets, schedule: { start, duration: '2d' } }],
  ['an end in another offset', { targets, schedule: { start, end: '2026-12-01T21:00:01Z' } }],
  ['a cron of lists and steps', { targets, schedule: { cron: '*/15 8-18 1,15 * MON-FRI', duration: '5m' } }],
  ['the widest prefixes', { targets, access: { addresses: ['10.0.0.0/8', '2001::/16'] } }],
  ['a WebDAV method', { targets, access: { methods: ['PROPFIND', 'VERSION-CONTROL'] } }],
  ['a dot that is no dot segment', { targets, access: { paths: ['/.well-known', '/a.b', '/...', '/'] } }],
  [
    'a window as large as it may be',
    {
      targets: many(64, () => ({ ingress: { name: 'x'.repeat(253) } })),
      only: {
        hosts: many(256, (index) => `${index}.${'x'.repeat(60)}.${'y'.repeat(60)}.example.com`),
        paths: many(256, (index) => `/${index}${'/segment'.repeat(100)}`),
      },
      schedule: {
        cron: '0 2 * * SUN',
        duration: '1h',
        exclude: many(256, () => ({ start, end: '2026-12-01T23:30:00+01:00', reason: 'r'.repeat(200) })),
      },
      access: {
        addresses: many(4096, (index) => `2001:db8:1111:2222:3333:4444:5555:${index.toString(16)}/128`),
        tokens: many(64, (index) => ({ name: `token-${index}`, sha256: hash, notAfter: start })),
        paths: many(256, (index) => `/${index}${'/segment'.repeat(100)}`),
        methods: many(32, () => 'PROPFIND'),
      },
      page: { title: 'ü'.repeat(200), message: 'ü'.repeat(2000) },
    },
  ],
];

describe('what the API server thinks of a window', function () {
  this.timeout(30_000);
  let server: ApiServer;

  before(async () => {
    await installDefinition();
    server = await ApiServer.connect();
  });

  after(() => server.close());

  /** Asks without storing; unknown fields count as mistakes, as with kubectl. */
  const create = (spec: unknown): Promise<Answer<Stored>> =>
    server.request<Stored>({
      method: 'POST',
      path: `${windows}?dryRun=All&fieldValidation=Strict`,
      body: windowNamed('tried', spec),
    });

  describe('accepts, and keeps as it was written,', () => {
    for (const [what, spec] of accepted) {
      it(what, async () => {
        const { status, body } = await create(spec);
        expect(status, body.message).to.equal(201);
        expect(body.spec).to.deep.equal(spec);
      });
    }
  });

  describe('refuses, naming the field and what to write instead,', () => {
    for (const [why, spec, field, words] of refusals) {
      it(why, async () => {
        const { status, body } = await create(spec);
        expect(status, body.message).to.equal(422);
        const said = (body.details?.causes ?? []).map((cause) => `${cause.field}: ${cause.message}`);
        expect(
          said.some((line) => line.startsWith(`${field}: `) && line.includes(words)),
          `no cause for ${field} with ${JSON.stringify(words)} among:\n${said.join('\n')}`,
        ).to.equal(true);
      });
    }
  });

  it('refuses a field that does not exist', async () => {
    const { status, body } = await create({ targets, shedule: {} });
    expect(status).to.equal(400);
    expect(body.message).to.include('unknown field "spec.shedule"');
  });
});
