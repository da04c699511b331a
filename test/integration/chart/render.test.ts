import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { parseDefinition } from '../../../scripts/generate/schema.ts';
import { parseConfig } from '../../../src/operator/config.ts';
import { parseTemplate } from '../../../src/operator/fleet/template.ts';
import { definitionFile } from '../crd/api-server.ts';
import { chart, documentsOf, find, helm, render, valueSets, type Rendered } from './rendered.ts';

const install = 'backsoon-system';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** The values that no rule speaks of: a typing error in such a one would be taken. */
function missingRules(values: object, { properties = {} }: Schema, path = ''): string[] {
  return Object.entries(values).flatMap(([name, value]: [string, unknown]) => {
    const rule = properties[name];
    if (rule === undefined) return [path + name];
    const isMap = typeof value === 'object' && value !== null && rule.properties !== undefined;
    return isMap ? missingRules(value, rule, `${path}${name}.`) : [];
  });
}

describe('the Helm chart', function () {
  this.timeout(30_000);

  it('passes helm lint --strict', async () => {
    expect(await helm('lint', '--strict', chart)).to.include('0 chart(s) failed');
  });

  it('says which value is wrong when a Service is not namespace/name', async () => {
    const failure: unknown = await render(
      install,
      '--set',
      'ingressControllers.traefik.driver=traefik,ingressControllers.traefik.service=traefik',
    ).then(
      () => 'rendered',
      (error: unknown) => error,
    );
    expect(String(failure)).to.include(
      'ingressControllers.traefik.service: found "traefik", write namespace/name',
    );
  });

  it('gives rights for the objects of enabled drivers only', async () => {
    const kinds = async (...drivers: readonly string[]): Promise<readonly string[]> => {
      const objects = await render(install, '--set-json', `drivers=${JSON.stringify(drivers)}`);
      const { rules = [] } = find(objects, 'ClusterRole', `backsoon-operator-${install}`);
      return rules.flatMap(({ resources }) => resources).filter((each) => /services|middlewares/.test(each));
    };
    expect(await kinds('traefik')).to.deep.equal(['middlewares']);
    expect(await kinds('ingress-nginx')).to.deep.equal(['services', 'services']);
    expect(await kinds('haproxy-ingress', 'traefik-nginx')).to.deep.equal([]);
  });

  it('refuses values that it does not know or can not use, and names them', async () => {
    const table: readonly (readonly [value: string, words: readonly string[]])[] = [
      ['respnder.replicas=3', ['respnder']],
      ['responder.replicas=1', ['responder', 'replicas', '2']],
      // A node with the operator on it could never be drained.
      ['operator.maxUnavailable=0', ['operator', 'maxUnavailable', '1']],
      ['operator.maxUnavailable=0%', ['operator', 'maxUnavailable']],
      ['aggregateRoles=never', ['aggregateRoles', 'boolean']],
      ['responder.accessLog=maybe', ['accessLog', 'boolean']],
      ['keyRotationHours=-1', ['keyRotationHours', '0']],
      ['pageTemplates.enabled=sometimes', ['pageTemplates', 'enabled']],
      ['ingressControllers.edge.driver=apache', ['ingressControllers', 'edge', 'traefik']],
      ['logLevel=loud', ['logLevel']],
      // What helm makes of an empty list.
      ['clusterCIDRs={}', ['clusterCIDRs', 'minLength']],
    ];
    for (const [value, words] of table) {
      const failure: unknown = await render(install, '--set', value).then(
        () => 'rendered',
        (error: unknown) => error,
      );
      for (const word of words) expect(String(failure), value).to.include(word);
    }
  });

  it('has a rule for each of its values', async () => {
    const values = parse(await readFile(join(chart, 'values.yaml'), 'utf8')) as object;
    const schema = JSON.parse(await readFile(join(chart, 'values.schema.json'), 'utf8')) as Schema;
    expect(missingRules(values, schema)).to.deep.equal([]);
  });

  it('logs requests only when it is told to', async () => {
    const logged = async (...values: readonly string[]): Promise<string | undefined> => {
      const { data = {} } = find(await render(install, ...values), 'ConfigMap', 'backsoon-operator');
      const env = documentsOf(data['responder.yaml'] ?? '').flatMap(
        ({ spec }) => spec?.template?.spec.containers.flatMap((container) => container.env ?? []) ?? [],
      );
      return env.find(({ name }) => name === 'BACKSOON_ACCESS_LOG')?.value;
    };
    expect(await logged()).to.equal('false');
    expect(await logged('--set', 'responder.accessLog=true')).to.equal('true');
  });

  it('leaves the CRD out when it is told to', async () => {
    const kinds = (await render(install, '--set', 'crds.install=false')).map(({ kind }) => kind);
    expect(kinds).to.include('Deployment').and.not.to.include('CustomResourceDefinition');
  });

  it('lets the operator read the ConfigMaps of all namespaces only for templates', async () => {
    const granted = async (enabled: boolean): Promise<string[]> => {
      const objects = await render(install, '--set', `pageTemplates.enabled=${enabled}`);
      const { rules = [] } = find(objects, 'ClusterRole', `backsoon-operator-${install}`);
      return rules.filter((rule) => rule.resources.includes('configmaps')).flatMap((rule) => rule.verbs);
    };
    expect(await granted(true)).to.deep.equal(['list', 'watch']);
    expect(await granted(false)).to.deep.equal([]);
  });

  for (const [name, values] of valueSets) {
    describe(`with ${name}`, () => {
      let objects: Rendered[];

      before(async () => {
        objects = await render(install, ...values);
      });

      it('brings the CRD of this tree, and keeps it when it is uninstalled', async () => {
        const { metadata, ...rest } = find(
          objects,
          'CustomResourceDefinition',
          'maintenancewindows.backsoon.dev',
        );
        const source = parseDefinition(await readFile(definitionFile, 'utf8')) as unknown as Rendered;
        expect({ ...rest, metadata: source.metadata }).to.deep.equal(source);
        expect(metadata.annotations).to.deep.equal({ 'helm.sh/resource-policy': 'keep' });
      });

      it('gives the operator a configuration and a template that it can read', () => {
        const { data = {} } = find(objects, 'ConfigMap', 'backsoon-operator');
        expect(() => parseConfig(data['operator.yaml']!)).not.to.throw();
        expect(() => parseTemplate(data['responder.yaml']!, install)).not.to.throw();
      });

      it('grants nothing by wildcard, and no power to grant more', () => {
        for (const { kind, metadata, rules = [] } of objects) {
          const words = new Set(rules.map((rule) => [rule.apiGroups, rule.resources, rule.verbs]).flat(2));
          const tooMuch = new Set(['*', 'escalate', 'bind', 'impersonate']);
          expect([...words.intersection(tooMuch)], `${kind} ${metadata.name}`).to.deep.equal([]);
        }
      });

      it('grants Secrets by name, in the install namespace alone', () => {
        const granted = objects.flatMap(({ metadata, rules = [] }) =>
          rules
            .filter((rule) => rule.resources.includes('secrets'))
            .map((rule) => `${metadata.namespace}/${rule.resourceNames?.join()}`),
        );
        expect(granted).to.deep.equal([`${install}/backsoon-keys`]);
      });

      it('lets nodes be drained, one Pod of each program after the other', () => {
        const { data = {} } = find(objects, 'ConfigMap', 'backsoon-operator');
        const all = [...objects, ...documentsOf(data['responder.yaml']!)];
        for (const name of ['backsoon-operator', 'backsoon-responder']) {
          const budget = find(all, 'PodDisruptionBudget', name).spec!;
          const deployment = find(all, 'Deployment', name).spec!;
          expect(budget.maxUnavailable).to.be.oneOf([1, '50%']);
          expect(budget.selector).to.deep.equal(deployment.selector);
          expect(deployment.template!.spec.topologySpreadConstraints).to.have.length(2);
        }
      });

      it('runs every Pod as PodSecurity `restricted` asks, with a read-only root', () => {
        const { data = {} } = find(objects, 'ConfigMap', 'backsoon-operator');
        const pods = [...objects, ...documentsOf(data['responder.yaml']!)].flatMap(
          ({ spec }) => spec?.template?.spec ?? [],
        );
        expect(pods.map((pod) => pod.serviceAccountName)).to.have.members([
          'backsoon-operator',
          'backsoon-responder',
        ]);
        for (const pod of pods) {
          expect(pod.securityContext).to.deep.include({
            runAsNonRoot: true,
            seccompProfile: { type: 'RuntimeDefault' },
          });
          for (const { securityContext } of pod.containers) {
            expect(securityContext).to.deep.equal({
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            });
          }
        }
      });
    });
  }
});
