import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { generate } from '../../../scripts/generate.ts';
import { installDefinition, kubectl, project } from '../crd/api-server.ts';
import { documentsOf, render, type Rendered } from './rendered.ts';

const base = join(project, 'manifests', 'install');
const samples = join(project, 'manifests', 'samples');
const install = 'backsoon-system';

const isHelms = (label: string, value: unknown): boolean =>
  label === 'helm.sh/chart' || (label === 'app.kubernetes.io/managed-by' && value === 'Helm');

/** An object without the labels by which Helm says that it keeps it. */
const withoutHelm = (object: Rendered): unknown =>
  JSON.parse(JSON.stringify(object), (key, value: unknown) => (isHelms(key, value) ? undefined : value));

const named = (objects: readonly Rendered[]): Map<string, unknown> =>
  new Map(
    objects.map((object) => [
      `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`,
      withoutHelm(object),
    ]),
  );

describe('manifests/', function () {
  this.timeout(60_000);

  describe('install', () => {
    let built: Rendered[];

    before(async () => {
      built = documentsOf(await kubectl(['kustomize', base]));
    });

    it('is not stale', async () => {
      expect(await generate({ root: project, check: true, helm: 'helm' })).to.deep.equal([]);
    });

    it('has the objects that the chart renders with its default values, and their namespace', async () => {
      const expected = named(await render(install));
      const found = named(built);
      expect(found.delete(`Namespace /${install}`)).to.equal(true);
      expect([...found.keys()].sort()).to.deep.equal([...expected.keys()].sort());
      for (const [name, object] of expected) expect(found.get(name), name).to.deep.equal(object);
    });

    it('is taken by the API server', async () => {
      await kubectl(['apply', '--server-side', '-f', join(base, 'namespace.yaml')]);
      try {
        const args = ['--server-side', '--dry-run=server', '--field-manager=test', '-o', 'name'];
        const applied = await kubectl(['apply', ...args, '-k', base]);
        expect(applied.trim().split('\n')).to.have.length(built.length);
      } finally {
        await kubectl(['delete', 'namespace', install, '--wait=false']);
      }
    });
  });

  describe('samples', () => {
    before(installDefinition);

    for (const file of readdirSync(samples)) {
      it(`${file} is taken by the API server`, async () => {
        const args = ['--dry-run=server', '--validate=strict', '-o', 'name', '-f', join(samples, file)];
        expect(await kubectl(['apply', ...args])).to.include('maintenancewindow.backsoon.dev/');
      });
    }
  });
});
