import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { onlyVersion, parseDefinition, type Schema } from '../../../scripts/generate/schema.ts';
import type { MaintenanceWindowStatus } from '../../../src/api/generated/maintenance-window.ts';
import { ApiServer, definitionFile, installDefinition, kubectl, windows } from './api-server.ts';
import { fieldsOf, fieldsSet, undescribedFields } from './schema-fields.ts';
import { everyField, hash, targets, windowNamed } from './windows.ts';

const instant = '2026-12-01T21:00:00Z';

const everyStatus: MaintenanceWindowStatus = {
  observedGeneration: 1,
  phase: 'Arming',
  message: 'Closes at 22:00.',
  conditions: [
    {
      type: 'Accepted',
      status: 'True',
      observedGeneration: 1,
      lastTransitionTime: instant,
      reason: 'Accepted',
      message: 'The window is accepted.',
    },
  ],
  occurrence: { start: instant, end: instant },
  next: { start: instant, end: instant },
  lastOccurrence: { start: instant, end: instant },
  gates: { total: 12, proven: 11, unproven: 1, wrong: 0, refused: 0, summary: '11/12' },
  gateDetails: [
    { ingress: 'shop', verdict: 'Unproven', reason: 'Unreachable', message: 'No answer.', since: instant },
  ],
  shown: { start: '2026-12-01 22:00', end: '2026-12-01 23:30' },
};

describe('a MaintenanceWindow', function () {
  this.timeout(30_000);
  let server: ApiServer;
  let schema: Schema;

  before(async () => {
    await installDefinition();
    server = await ApiServer.connect();
    schema = onlyVersion(parseDefinition(await readFile(definitionFile, 'utf8'))).schema;
  });

  after(() => server.close());

  const stored = `${windows}/stored`;

  const store = async (spec: object): Promise<void> => {
    const { status, body } = await server.request({
      method: 'POST',
      path: windows,
      body: windowNamed('stored', spec),
    });
    expect(status, body.message).to.equal(201);
  };

  afterEach(() => server.request({ method: 'DELETE', path: stored }));

  it('has a spec of which the tests store every field', () => {
    const spec = schema.properties!['spec']!;
    const set = Object.values(everyField).flatMap((each) => fieldsSet(each, spec, 'spec'));
    expect([...new Set(set)]).to.have.members(fieldsOf(spec, 'spec'));
  });

  it('has a status of which the tests store every field', () => {
    const status = schema.properties!['status']!;
    expect(fieldsSet(everyStatus, status, 'status')).to.have.members(fieldsOf(status, 'status'));
  });

  for (const [name, spec] of Object.entries(everyField)) {
    it(`comes back from the store as it was written (${name})`, async () => {
      await store(spec);
      const { body } = await server.request<{ spec: object }>({ method: 'GET', path: stored });
      expect(body.spec).to.deep.equal(spec);
    });
  }

  it('takes its status through the subresource alone, and leaves the spec and its generation', async () => {
    await store({ targets });
    const body = { status: everyStatus, spec: { suspend: true } };
    await server.request({ method: 'PATCH', path: stored, body: { status: everyStatus } });
    const before = await server.request<{ status?: object }>({ method: 'GET', path: stored });
    expect(before.body.status).to.equal(undefined);
    await server.request({ method: 'PATCH', path: `${stored}/status`, body });
    const after = await server.request<{ status: object; spec: object; metadata: { generation: number } }>({
      method: 'GET',
      path: stored,
    });
    expect(after.body.status).to.deep.equal(everyStatus);
    expect(after.body.spec).to.deep.equal({ targets });
    expect(after.body.metadata.generation).to.equal(1);
  });

  it('shows a person what matters in its columns', async () => {
    await store({ targets });
    await server.request({ method: 'PATCH', path: `${stored}/status`, body: { status: everyStatus } });
    const [head, row] = (await kubectl(['get', 'mwin', 'stored', '-n', 'default'])).trimEnd().split('\n');
    expect(head!.split(/\s{2,}/)).to.deep.equal(['NAME', 'PHASE', 'START', 'END', 'GATES', 'MESSAGE', 'AGE']);
    expect(row!.split(/\s{2,}/).slice(0, -1)).to.deep.equal([
      'stored',
      'Arming',
      '2026-12-01 22:00',
      '2026-12-01 23:30',
      '11/12',
      'Closes at 22:00.',
    ]);
  });

  it('lets one tool add a token beside those of another', async () => {
    const apply = (manager: string, name: string): Promise<string> =>
      kubectl(
        ['apply', '--server-side', `--field-manager=${manager}`, '-f', '-'],
        JSON.stringify(windowNamed('stored', { targets, access: { tokens: [{ name, sha256: hash }] } })),
      );
    await apply('git', 'ops');
    await apply('backsoon-cli', 'visitor');
    const { body } = await server.request<{ spec: { access: { tokens: { name: string }[] } } }>({
      method: 'GET',
      path: stored,
    });
    expect(body.spec.access.tokens.map(({ name }) => name)).to.deep.equal(['ops', 'visitor']);
  });

  it('explains each field of a window, with its meaning, to kubectl explain', async () => {
    const explained = (await kubectl(['explain', 'maintenancewindow.spec.schedule'])).replaceAll(/\s+/g, ' ');
    expect(explained).to.include('When the window closes. Absent: from now until the window is deleted');
    expect(explained).to.include('exclude <[]Object> Times in which nothing closes');
    expect(undescribedFields(schema.properties!['spec']!, 'spec')).to.deep.equal([]);
  });

  it('is found by its short name and its category', async () => {
    const resources = await kubectl(['api-resources', '--categories=backsoon', '--no-headers']);
    expect(resources.trim().split(/\s+/)).to.deep.equal([
      'maintenancewindows',
      'mwin',
      'backsoon.dev/v1alpha1',
      'true',
      'MaintenanceWindow',
    ]);
  });
});
