import { expect } from 'chai';
import type { DriverName, SettingRule } from '../../../src/gates/driver.ts';
import { drivers } from '../../../src/gates/drivers.ts';
import { judgeSettings } from '../../../src/gates/settings.ts';
import { anIngress, annotated, rule, withRules } from '../builders/ingress.ts';
import { configs, plannedFor, settings } from './controllers.ts';
import { planInput } from '../builders/observed.ts';

/** For each rule of a driver: a value that it is about, and one that it is not; undefined: every value is. */
type Samples = Readonly<Record<string, readonly [bad: string, good: string | undefined]>>;

const oauth = 'https://login.example.com/auth';
const gateUrl = (flavour: string): string => `http://10.96.0.80:80/gate/${flavour}/shop/web`;

/** What is the same for both readers of ingress-nginx's annotations. */
const bypasses: Samples = {
  'annotation permanent-redirect': ['https://www.example.com', undefined],
  'annotation temporal-redirect': ['https://www.example.com', undefined],
  'annotation app-root': ['/start', undefined],
  'annotation ssl-passthrough': ['true', 'false'],
  'annotation enable-cors': ['true', 'false'],
  'annotation auth-type': ['basic', undefined],
};

const inBoth = (samples: Samples): Samples =>
  Object.fromEntries(
    Object.entries(samples).flatMap(([key, sample]) => [
      [`annotation ${key}`, sample],
      [`configMap ${key}`, sample],
    ]),
  );

const samples: Readonly<Record<DriverName, Samples>> = {
  traefik: {},
  'haproxy-ingress': {
    ...inBoth({
      'auth-url': [oauth, gateUrl('forward')],
      oauth: ['oauth2_proxy', undefined],
      'auth-signin': [oauth, undefined],
      'auth-headers-fail': ['-', '*'],
      'auth-external-placement': ['frontend', 'backend'],
      'redirect-to': ['https://www.example.com', undefined],
      'auth-secret': ['users', undefined],
      'cors-enable': ['true', 'false'],
    }),
    'annotation ssl-passthrough': ['true', 'false'],
    'annotation app-root': ['/start', undefined],
  },
  'ingress-nginx': {
    ...bypasses,
    'annotation auth-url': [oauth, gateUrl('forward')],
    'configMap global-auth-url': [oauth, ''],
    'annotation satisfy': ['any', 'all'],
    'annotation auth-cache-key': ['$remote_user', undefined],
    'annotation auth-method': ['POST', 'GET'],
    'annotation auth-snippet': ['proxy_set_header X-A b;', undefined],
    'annotation custom-http-errors': ['404,503', '403'],
    'annotation default-backend': ['errors', 'backsoon'],
    'configMap custom-http-errors': ['404, 403', '404,503'],
    'configMap annotations-risk-level': ['Medium', 'High'],
  },
  'traefik-nginx': {
    ...bypasses,
    'annotation auth-url': [oauth, gateUrl('forward')],
    'annotation custom-http-errors': ['404, 503', '404'],
  },
};

const prefixOf = (driver: DriverName): string =>
  driver === 'haproxy-ingress' ? 'haproxy-ingress.github.io/' : 'nginx.ingress.kubernetes.io/';

function judged(driver: DriverName, { where, key }: SettingRule, value: string) {
  const prefix = prefixOf(driver);
  const { configMap } = settings[driver];
  return judgeSettings({
    ingress: anIngress(annotated(where === 'annotation' ? { [prefix + key]: value } : {})),
    config: where === 'configMap' ? { [key]: value } : {},
    rules: drivers[driver].rules,
    prefixes: [prefix],
    configMap,
  });
}

for (const driver of Object.keys(samples) as DriverName[]) {
  describe(`gates: what ${driver} can not live with`, () => {
    for (const setting of drivers[driver].rules) {
      const name = `${setting.where} ${setting.key}`;
      it(`${name}: ${setting.effect}`, () => {
        const [bad, good] = samples[driver][name] ?? [];
        if (bad === undefined) throw new Error(`no sample of ${name}`);
        const found = judged(driver, setting, bad);
        const said = 'refusal' in found ? found.refusal : found.warnings[0];
        expect(said?.reason).to.equal(setting.effect === 'warn' ? 'SettingWarning' : setting.effect);
        expect(said?.message).to.contain(setting.key).and.to.contain(setting.why);
        if (good !== undefined) expect(judged(driver, setting, good)).to.deep.equal({ warnings: [] });
      });
    }

    it('has a sample of nothing else', () => {
      const names = new Set(drivers[driver].rules.map(({ where, key }) => `${where} ${key}`));
      expect(Object.keys(samples[driver]).filter((name) => !names.has(name))).to.deep.equal([]);
    });
  });
}

const refusalOf = (driver: DriverName, change: Parameters<typeof planInput>[1], ingress = anIngress()) => {
  const config = configs.get(settings[driver].configMap ?? '');
  const plan = drivers[driver].plan(planInput(ingress, { settings: settings[driver], config, ...change }));
  return 'refusal' in plan ? plan.refusal : undefined;
};

const backedBy = (name: string) =>
  anIngress(
    withRules({
      ...rule('shop.example.com'),
      http: { paths: [{ path: '/', backend: { service: { name } } }] },
    }),
  );

describe('gates: what is refused beside settings', () => {
  for (const driver of ['haproxy-ingress', 'ingress-nginx'] as const) {
    it(`${driver}: everything, while the controller’s ConfigMap is not named`, () => {
      const nameless = { ...settings[driver], configMap: undefined };
      const refusal = refusalOf(driver, { settings: nameless, config: undefined });
      expect(refusal?.reason).to.equal('ControllerSettings');
      expect(refusal?.message).to.contain(`ingressControllers.${driver}.configMap`);
    });

    it(`${driver}: everything, while the ConfigMap that is named does not exist`, () => {
      const refusal = refusalOf(driver, { config: undefined });
      expect(refusal?.reason).to.equal('ControllerSettings');
      expect(refusal?.message).to.contain(settings[driver].configMap).and.to.contain('does not exist');
    });

    it(`${driver}: a responder with an IPv6 address only`, () => {
      const refusal = refusalOf(driver, { responder: { clusterIP: 'fd00::1', port: 80 } });
      expect(refusal?.reason).to.equal('NeedsIPv4');
      expect(refusal?.message).to.contain('fd00::1').and.to.contain('responder.clusterIP');
    });
  }

  it('ingress-nginx: an app that is an ExternalName', () => {
    const refusal = refusalOf('ingress-nginx', { externalNames: new Set(['legacy']) }, backedBy('legacy'));
    expect(refusal?.reason).to.equal('UnsupportedBackend');
    expect(refusal?.message).to.contain('Service legacy');
    expect(refusalOf('ingress-nginx', { externalNames: new Set(['legacy']) }, backedBy('app'))).to.equal(
      undefined,
    );
  });

  it('ingress-nginx: a site with a canary', () => {
    const canaries = new Map([['shop.example.com', 'web-canary']]);
    const refusal = refusalOf('ingress-nginx', { canaries });
    expect(refusal?.reason).to.equal('GateBypassed');
    expect(refusal?.message).to.contain('Ingress web-canary');
    expect(refusalOf('ingress-nginx', { canaries: new Map([['other.example.com', 'x']]) })).to.equal(
      undefined,
    );
    expect(refusalOf('traefik-nginx', { canaries })).to.equal(undefined);
  });

  it('ingress-nginx: not a login for all Ingresses that this one is exempt from', () => {
    const config = { 'global-auth-url': oauth };
    expect(refusalOf('ingress-nginx', { config })?.reason).to.equal('ExistingAuth');
    const exempt = anIngress(annotated({ 'nginx.ingress.kubernetes.io/enable-global-auth': 'false' }));
    expect(refusalOf('ingress-nginx', { config }, exempt)).to.equal(undefined);
  });

  it('repeats no value that may hold a secret', () => {
    const url = 'https://user:secret@login.example.com/auth';
    const ingress = anIngress(annotated({ 'nginx.ingress.kubernetes.io/auth-url': url }));
    expect(refusalOf('ingress-nginx', {}, ingress)?.message).not.to.contain('secret');
  });
});

describe('gates: the objects of ingress-nginx', () => {
  it('are one Service for a namespace, whose name is the responder’s address', () => {
    expect(plannedFor(anIngress(), 'ingress-nginx').objects).to.deep.equal([
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          name: 'backsoon',
          namespace: 'shop',
          labels: { 'backsoon.dev/install': 'backsoon-system' },
        },
        spec: {
          type: 'ExternalName',
          externalName: '10.96.0.80',
          ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
        },
      },
    ]);
  });
});

/** [the controller's ConfigMap, can clients choose their address, does the whole chain count] */
const nginxAddresses: readonly (readonly [Readonly<Record<string, string>>, boolean, boolean])[] = [
  [{}, false, false],
  [{ 'use-proxy-protocol': 'true' }, false, false],
  [{ 'use-forwarded-headers': 'true' }, true, true],
  [{ 'enable-real-ip': 'true' }, true, true],
  [{ 'use-forwarded-headers': 'true', 'proxy-real-ip-cidr': '192.0.2.0/28' }, false, true],
  [{ 'use-forwarded-headers': 'true', 'proxy-real-ip-cidr': '192.0.2.0/28, ::/0' }, true, true],
  [{ 'use-forwarded-headers': 'true', 'compute-full-forwarded-for': 'true' }, false, true],
  [{ 'use-forwarded-headers': 'true', 'use-proxy-protocol': 'true' }, true, false],
  [
    { 'use-forwarded-headers': 'true', 'use-proxy-protocol': 'true', 'proxy-real-ip-cidr': '192.0.2.1/32' },
    true,
    false,
  ],
];

describe('gates: how far a client’s address can be believed', () => {
  for (const [config, isSpoofable, chain] of nginxAddresses) {
    it(`ingress-nginx ${JSON.stringify(config)}`, () => {
      const driver = drivers['ingress-nginx'];
      const because = driver.spoofable(settings['ingress-nginx'], config);
      expect(because !== undefined, because).to.equal(isSpoofable);
      if (isSpoofable) expect(because).to.match(/proxy-real-ip-cidr|use-proxy-protocol/);
      expect(driver.sees(settings['ingress-nginx'], config).chain).to.equal(chain);
    });
  }

  it('haproxy-ingress: only while it writes X-Real-IP itself', () => {
    const of = (config: Readonly<Record<string, string>>) =>
      drivers['haproxy-ingress'].spoofable(settings['haproxy-ingress'], config);
    expect(of({})).to.equal(undefined);
    expect(of({ 'real-ip-hdr': 'X-Real-IP' })).to.equal(undefined);
    expect(of({ 'real-ip-hdr': 'X-Client' })).to.contain('real-ip-hdr');
  });
});
