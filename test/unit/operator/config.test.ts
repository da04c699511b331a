import { expect } from 'chai';
import { driverNames } from '../../../src/gates/drivers.ts';
import { InvalidConfig, parseConfig } from '../../../src/operator/config.ts';
import { parseTemplate } from '../../../src/operator/fleet/template.ts';

const full = `
settleSeconds: 3
leadSeconds: 2
clusterCIDRs: [10.244.0.0/16]
responder: { clusterIP: 10.96.0.80 }
logLevel: debug
keyRotationHours: 0.5
pageTemplates: { enabled: false }
drivers: [traefik]
ingressControllers:
  traefik:
    driver: traefik
    service: ingress/traefik
    configMap: ingress/settings
    trustedProxies: [192.0.2.9/28, 192.0.2.0/28]
    proxyProtocol: true
    ports: { http: 8080 }
  edge: { driver: traefik }
`;

describe('operator: operator.yaml', () => {
  it('is read', () => {
    expect(parseConfig(full)).to.deep.equal({
      settleSeconds: 3,
      leadSeconds: 2,
      clusterCIDRs: ['10.244.0.0/16'],
      responder: { clusterIP: '10.96.0.80' },
      pageTemplates: false,
      keyRotationHours: 0.5,
      logLevel: 'debug',
      drivers: ['traefik'],
      ingressControllers: [
        {
          name: 'traefik',
          driver: 'traefik',
          service: 'ingress/traefik',
          configMap: 'ingress/settings',
          trustedProxies: ['192.0.2.0/28'],
          proxyProtocol: true,
          ports: { http: 8080, https: 443 },
        },
        {
          name: 'edge',
          driver: 'traefik',
          service: undefined,
          configMap: undefined,
          trustedProxies: [],
          proxyProtocol: false,
          ports: { http: 80, https: 443 },
        },
      ],
    });
  });

  it('may be empty', () => {
    const defaults = {
      settleSeconds: 5,
      leadSeconds: undefined,
      clusterCIDRs: [],
      responder: { clusterIP: undefined },
      pageTemplates: true,
      keyRotationHours: 720,
      logLevel: 'info',
      drivers: driverNames,
      ingressControllers: [],
    };
    expect(parseConfig('')).to.deep.equal(defaults);
    expect(
      parseConfig('leadSeconds:\nclusterCIDRs:\nresponder: { clusterIP: "" }\ningressControllers: {}'),
    ).to.deep.equal(defaults);
  });

  /** text → what the message has to name */
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['[]', ['operator.yaml', 'map']],
    ['settleSeconds: soon', ['settleSeconds', 'number of seconds', '"soon"']],
    ['settleSeconds: -1', ['settleSeconds', '-1']],
    ['settleSeconds: 0.5', ['settleSeconds', 'whole number', '0.5']],
    ['leadSeconds: .inf', ['leadSeconds']],
    ['clusterCIDRs: 10.0.0.0/8', ['clusterCIDRs', 'list']],
    ['clusterCIDRs: [10.0.0.0/33]', ['clusterCIDRs', '10.0.0.0/33', '203.0.113.0/24']],
    ['logLevel: 3', ['logLevel', 'string']],
    ['pageTemplates: { enabled: "no" }', ['pageTemplates.enabled', 'true or false', '"no"']],
    ['keyRotationHours: -1', ['keyRotationHours', '-1']],
    ['keyRotationHours: .inf', ['keyRotationHours', 'from 0 to']],
    ['responder: down', ['responder', 'map']],
    ['ingressControllers: { edge: {} }', ['ingressControllers.edge.driver', 'traefik']],
    [
      'ingressControllers: { edge: { driver: apache } }',
      ['ingressControllers.edge.driver', 'traefik', '"apache"'],
    ],
    [
      'ingressControllers: { edge: { driver: traefik, service: traefik } }',
      ['ingressControllers.edge.service', 'namespace/name', '"traefik"'],
    ],
    [
      'ingressControllers: { edge: { driver: traefik, trustedProxies: [proxy] } }',
      ['ingressControllers.edge.trustedProxies', '"proxy"'],
    ],
    [
      'ingressControllers: { edge: { driver: traefik, proxyProtocol: v2 } }',
      ['ingressControllers.edge.proxyProtocol', 'true or false', '"v2"'],
    ],
    [
      'ingressControllers: { edge: { driver: traefik, ports: { https: 70000 } } }',
      ['ingressControllers.edge.ports.https', 'from 1 to 65535', '70000'],
    ],
    ['settleSeconds: [', ['operator.yaml is no YAML']],
  ];
  for (const [text, words] of table) {
    it(`${text}: says ${words.join(', ')}`, () => {
      let message = 'nothing';
      try {
        parseConfig(text);
      } catch (error) {
        expect(error).to.be.instanceOf(InvalidConfig);
        message = String(error);
      }
      for (const word of words) expect(message).to.contain(word);
    });
  }
});

const responder = (kind: string, name = 'backsoon-responder', namespace = 'backsoon-system'): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: {}\n`;
const stream = (...documents: readonly string[]): string => documents.join('---\n');

describe('operator: responder.yaml', () => {
  const [deployment, service, budget] = ['Deployment', 'Service', 'PodDisruptionBudget'].map((kind) =>
    responder(kind),
  ) as [string, string, string];

  it('is read, in any order, with gaps', () => {
    const template = parseTemplate(stream(budget, '\n', service, deployment), 'backsoon-system');
    expect(Object.values(template).map(({ kind }) => kind)).to.deep.equal([
      'Deployment',
      'Service',
      'PodDisruptionBudget',
    ]);
  });

  const table: readonly (readonly [string, string, readonly string[]])[] = [
    ['one is missing', stream(deployment, service), ['responder.yaml', 'PodDisruptionBudget', 'found 0']],
    ['one is there twice', stream(deployment, deployment, service, budget), ['one Deployment', 'found 2']],
    [
      'another namespace',
      stream(deployment, responder('Service', 'backsoon-responder', 'other'), budget),
      ['Service', 'backsoon-responder', 'backsoon-system'],
    ],
    [
      'another name',
      stream(responder('Deployment', 'web'), service, budget),
      ['Deployment', 'backsoon-responder'],
    ],
    ['no YAML', stream('kind: [', service, budget), ['responder.yaml is no YAML']],
    ['nothing', '', ['Deployment', 'found 0']],
  ];
  for (const [title, text, words] of table) {
    it(`${title}: says ${words.join(', ')}`, () => {
      let message = 'nothing';
      try {
        parseTemplate(text, 'backsoon-system');
      } catch (error) {
        expect(error).to.be.instanceOf(InvalidConfig);
        message = String(error);
      }
      for (const word of words) expect(message).to.contain(word);
    });
  }
});
