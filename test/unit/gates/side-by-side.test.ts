import { expect } from 'chai';
import { gateRequestHeaders } from '../../../src/api/headers.ts';
import type { Ingress } from '../../../src/api/ingress.ts';
import type { DriverName, Refusal } from '../../../src/gates/driver.ts';
import { drivers } from '../../../src/gates/drivers.ts';
import {
  anIngress,
  annotated,
  markedPreWired,
  ofClass,
  rule,
  withRules,
  withTls,
} from '../builders/ingress.ts';
import { outcomeOf } from './controllers.ts';

/** What comes of an Ingress: its gate's annotations, or why there is none. `warned`: a person is told of it. */
type Expected =
  | {
      readonly gate: Readonly<Record<string, string>>;
      readonly preWired?: true;
      readonly warned?: string;
    }
  | { readonly refused: Refusal['reason']; readonly saying: string };

const nginx = (suffix: string): string => `nginx.ingress.kubernetes.io/${suffix}`;
const haproxy = (suffix: string): string => `haproxy-ingress.github.io/${suffix}`;
const middlewares = 'traefik.ingress.kubernetes.io/router.middlewares';

const forward = 'http://10.96.0.80:80/gate/forward/shop/web';

const gates: Readonly<Record<DriverName, Readonly<Record<string, string>>>> = {
  traefik: { [middlewares]: 'shop-backsoon-headers@kubernetescrd,shop-backsoon-web@kubernetescrd' },
  'haproxy-ingress': {
    [haproxy('auth-url')]: forward,
    [haproxy('auth-headers-request')]: gateRequestHeaders.join(','),
    [haproxy('auth-headers-succeed')]: '-',
    [haproxy('auth-method')]: 'GET',
  },
  'ingress-nginx': {
    [nginx('auth-url')]: 'http://10.96.0.80:80/gate/nginx/shop/web',
    [nginx('custom-http-errors')]: '403',
    [nginx('default-backend')]: 'backsoon',
    [nginx('disable-proxy-intercept-errors')]: 'true',
  },
  'traefik-nginx': { [nginx('auth-url')]: forward },
};

const names = Object.keys(drivers) as readonly DriverName[];

const forEach = <T>(make: (driver: DriverName) => T): Readonly<Record<DriverName, T>> => ({
  traefik: make('traefik'),
  'haproxy-ingress': make('haproxy-ingress'),
  'ingress-nginx': make('ingress-nginx'),
  'traefik-nginx': make('traefik-nginx'),
});

/** The gate, in all four columns. */
const gated = forEach((driver): Expected => ({ gate: gates[driver] }));
const refused = (reason: Refusal['reason'], saying: string): Expected => ({ refused: reason, saying });
const warned = (driver: DriverName, warning: string): Expected => ({ gate: gates[driver], warned: warning });

interface Row {
  readonly title: string;
  readonly ingress: (driver: DriverName) => Ingress;
  /** The class of Ingresses that name none. */
  readonly byDefault?: true;
  /** One column for each driver. */
  readonly expected: Readonly<Record<DriverName, Expected>>;
}

const oauth = { 'auth-url': 'https://login.example.com/oauth2/auth' };
const inSpelling = (values: Readonly<Record<string, string>>, spelled: (suffix: string) => string) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [spelled(key), value]));
/** Annotations in the spelling that a controller reads; Traefik's provider for Ingresses reads none of them. */
const spelled = (
  driver: DriverName,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => inSpelling(values, driver === 'haproxy-ingress' ? haproxy : nginx);

const row = (title: string, ingress: Row['ingress'], expected: Partial<Row['expected']> = {}): Row => ({
  title,
  ingress,
  expected: { ...gated, ...expected },
});

const rows: readonly Row[] = [
  row('plain', (driver) => anIngress(ofClass(driver))),
  row('TLS', (driver) => anIngress(ofClass(driver), withTls('shop.example.com'))),
  row('several hosts and paths need one gate', (driver) =>
    anIngress(ofClass(driver), withRules(rule('a.example.com', '/', '/api'), rule('b.example.com', '/shop'))),
  ),
  row('the old class annotation', (driver) =>
    anIngress(ofClass(undefined), annotated({ 'kubernetes.io/ingress.class': driver })),
  ),
  { ...row('the default class', () => anIngress(ofClass(undefined))), byDefault: true },
  row('others’ annotations', (driver) =>
    anIngress(ofClass(driver), annotated({ 'cert-manager.io/cluster-issuer': 'letsencrypt' })),
  ),
  row('a gate that was copied with a manifest', (driver) =>
    anIngress(ofClass(driver), annotated(copied(gates[driver]))),
  ),
  row('a gate of the driver that served the class before', (driver) =>
    anIngress(
      ofClass(driver),
      annotated(gates[driver === 'ingress-nginx' ? 'traefik-nginx' : 'ingress-nginx']),
    ),
  ),
  row(
    'an authentication that the controller asks',
    (driver) => anIngress(ofClass(driver), annotated(spelled(driver, oauth))),
    {
      'haproxy-ingress': refused('ExistingAuth', haproxy('auth-url')),
      'ingress-nginx': refused('ExistingAuth', nginx('auth-url')),
      'traefik-nginx': refused('ExistingAuth', nginx('auth-url')),
    },
  ),
  row(
    'a list or a value that somebody else keeps where ours would be',
    (driver) =>
      anIngress(
        ofClass(driver),
        annotated({
          [middlewares]: 'shop-auth@kubernetescrd',
          [haproxy('auth-method')]: 'POST',
          [nginx('default-backend')]: 'errors',
        }),
      ),
    {
      traefik: refused('Conflict', `${gates.traefik[middlewares]},shop-auth@kubernetescrd`),
      'haproxy-ingress': refused('Conflict', `${haproxy('auth-url')}: "${forward}"`),
      'ingress-nginx': refused('Conflict', nginx('default-backend')),
    },
  ),
  row(
    'pre-wired: git holds the gate',
    (driver) => anIngress(ofClass(driver), markedPreWired, annotated(gates[driver])),
    forEach((driver) => ({ gate: gates[driver], preWired: true as const })),
  ),
  row(
    'pre-wired, but the gate is missing',
    (driver) => anIngress(ofClass(driver), markedPreWired),
    forEach((driver) => refused('Conflict', Object.keys(gates[driver])[0] ?? '')),
  ),
  row(
    'a redirect of everything',
    (driver) =>
      anIngress(
        ofClass(driver),
        annotated({
          [nginx('permanent-redirect')]: 'https://www.example.com',
          [haproxy('redirect-to')]: 'https://www.example.com',
        }),
      ),
    {
      'haproxy-ingress': refused('GateBypassed', haproxy('redirect-to')),
      'ingress-nginx': refused('GateBypassed', nginx('permanent-redirect')),
      'traefik-nginx': refused('GateBypassed', nginx('permanent-redirect')),
    },
  ),
  row(
    'an app root',
    (driver) => anIngress(ofClass(driver), annotated(spelled(driver, { 'app-root': '/start' }))),
    {
      'haproxy-ingress': warned('haproxy-ingress', 'redirected there first'),
      'ingress-nginx': refused('GateBypassed', nginx('app-root')),
      'traefik-nginx': refused('GateBypassed', nginx('app-root')),
    },
  ),
];

/** As a manifest of another Ingress has it. */
function copied(gate: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(gate).map(([key, value]) => [
      key,
      value.replaceAll('shop-backsoon', 'old-backsoon').replace('/shop/web', '/old/other'),
    ]),
  );
}

describe('gates: what comes of an Ingress, side by side', () => {
  for (const { title, ingress, byDefault, expected } of rows) {
    for (const driver of names) {
      it(`${title}: ${driver}`, () => {
        const outcome = outcomeOf(ingress(driver), byDefault && driver);
        const wanted = expected[driver];
        if ('refused' in wanted) {
          if (!('refusal' in outcome)) throw new Error(`not refused: ${JSON.stringify(outcome)}`);
          expect(outcome.refusal.reason, outcome.refusal.message).to.equal(wanted.refused);
          expect(outcome.refusal.message).to.contain('Ingress shop/web').and.to.contain(wanted.saying);
          return;
        }
        if ('refusal' in outcome) throw new Error(`refused: ${outcome.refusal.message}`);
        expect(outcome.annotations).to.deep.equal(wanted.gate);
        expect(outcome.preWired).to.equal(wanted.preWired ?? false);
        const told = outcome.warnings.map(({ message }) => message).join(' ');
        if (wanted.warned === undefined) expect(told).to.equal('');
        else expect(told).to.contain('Ingress shop/web').and.to.contain(wanted.warned);
      });
    }
  }
});
