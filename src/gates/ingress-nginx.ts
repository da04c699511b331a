import type { Ingress, IngressBackend } from '../api/ingress.ts';
import { annotations, labels, names } from '../api/names.ts';
import { any, isTrue, otherAuth } from './common-rules.ts';
import type {
  ClassSettings,
  ControllerConfig,
  Driver,
  GateObject,
  GatePlan,
  PlanInput,
  Refusal,
  SettingRule,
} from './driver.ts';
import { gateUrl, isGateUrl, needsIPv4 } from './driver.ts';
import { bypassRules, nginxPrefix, otherAuthRule } from './nginx-settings.ts';
import { planOwnKeys, readOwnKeys } from './own-keys.ts';
import { hostsOf } from './hosts.ts';
import { judgeSettings, unknownSettings } from './settings.ts';

/**
 * The gate's 403 makes nginx fetch the page from the error backend, a Service of the Ingress's namespace. Without the last key
 * the app's own 403 would be replaced by the page as well (facts of controller 1.15.1).
 */
const keysOf = (url: string): Readonly<Record<string, string>> => ({
  [`${nginxPrefix}auth-url`]: url,
  [`${nginxPrefix}custom-http-errors`]: '403',
  [`${nginxPrefix}default-backend`]: names.pageService,
  [`${nginxPrefix}disable-proxy-intercept-errors`]: 'true',
});

const keyNames = [...Object.keys(keysOf('')), annotations.touched];

const isOurUrl = (value: string): boolean => isGateUrl('nginx', value);

const listed = (value: string): readonly string[] => value.split(',').map((each) => each.trim());

const annotation = (rule: Omit<SettingRule, 'where'>): SettingRule => ({ ...rule, where: 'annotation' });
const configMap = (rule: Omit<SettingRule, 'where'>): SettingRule => ({ ...rule, where: 'configMap' });

const rules: readonly SettingRule[] = [
  otherAuthRule,
  configMap({
    key: 'global-auth-url',
    effect: 'ExistingAuth',
    applies: (value) => value !== '',
    why: otherAuth,
  }),
  annotation({
    key: 'satisfy',
    effect: 'GateBypassed',
    applies: (value) => value === 'any',
    why: 'Whom the address list or the login lets in is not asked by the gate. Set it to all.',
  }),
  annotation({
    key: 'auth-cache-key',
    effect: 'GateBypassed',
    applies: any,
    why: 'The controller would keep the gate’s answers for minutes. Remove it.',
  }),
  annotation({
    key: 'auth-method',
    effect: 'Conflict',
    applies: (value) => value !== 'GET',
    why: 'The gate is asked by GET. Remove it.',
  }),
  annotation({
    key: 'auth-snippet',
    effect: 'Conflict',
    applies: any,
    why: 'It would change how the gate is asked. Remove it.',
  }),
  ...bypassRules,
  annotation({
    key: 'custom-http-errors',
    effect: 'Conflict',
    applies: (value) => value !== '403',
    why: 'The controller reads one such list, and the page needs 403 alone in it. Remove it while the site is to be gated.',
  }),
  annotation({
    key: 'default-backend',
    effect: 'Conflict',
    applies: (value) => value !== names.pageService,
    why: 'The controller has one error backend for an Ingress, and the page needs it. Remove it while the site is to be gated.',
  }),
  configMap({
    key: 'custom-http-errors',
    effect: 'ControllerSettings',
    applies: (value) => listed(value).includes('403'),
    why: 'Admitted people would get the page instead of the app’s own 403, and a login of other sites may be broken by it. Take 403 out of it.',
  }),
  configMap({
    key: 'annotations-risk-level',
    effect: 'ControllerSettings',
    applies: (value) => ['low', 'medium'].includes(value.toLowerCase()),
    why: 'The controller ignores auth-url then, without a word, and the site stays open. Set it to High, the default.',
  }),
];

/** The Service through which nginx finds the page: its name is an address, so that nobody has to resolve it. */
const pageService = ({ ingress, install, responder }: PlanInput): GateObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: names.pageService,
    namespace: ingress.metadata.namespace,
    labels: { [labels.install]: install },
  },
  spec: {
    type: 'ExternalName',
    externalName: responder.clusterIP,
    ports: [{ name: 'http', port: responder.port, protocol: 'TCP' }],
  },
});

const backendsOf = ({ spec }: Ingress): readonly (IngressBackend | undefined)[] => [
  spec.defaultBackend,
  ...(spec.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend)),
];

/** Where the app is an ExternalName, nginx takes the error backend for one too, and looks our address up in the DNS. */
function unsupportedBackend({ ingress, externalNames }: PlanInput): Refusal | undefined {
  const service = backendsOf(ingress)
    .map((backend) => backend?.service?.name)
    .find((name) => name !== undefined && externalNames.has(name));
  if (service === undefined) return undefined;
  const { namespace, name } = ingress.metadata;
  return {
    reason: 'UnsupportedBackend',
    message:
      `Ingress ${namespace}/${name} sends visitors to Service ${service}, which is of type ExternalName: ingress-nginx can not ` +
      'show the page there (502). Use a Service without a selector and an EndpointSlice, or leave this Ingress out of spec.targets.',
  };
}

/** The error backend is a copy of the app's, its canary included: a share of refused visitors would get to the canary. */
function canaryBeside({ ingress, canaries }: PlanInput): Refusal | undefined {
  const host = hostsOf(ingress).find((each) => canaries.has(each));
  const canary = canaries.get(host);
  if (canary === undefined) return undefined;
  const { namespace, name } = ingress.metadata;
  return {
    reason: 'GateBypassed',
    message:
      `Ingress ${namespace}/${name} has a canary, Ingress ${canary}: ingress-nginx would send a share of the visitors that the gate ` +
      'refuses to the canary instead of the page. End the rollout, or delete the canary Ingress, before the site closes.',
  };
}

function plan(input: PlanInput): GatePlan | { readonly refusal: Refusal } {
  const { ingress, settings, config, responder } = input;
  const refusal =
    unknownSettings(input, 'global-auth-url') ??
    needsIPv4(input, 'ingress-nginx') ??
    unsupportedBackend(input) ??
    canaryBeside(input);
  if (refusal !== undefined) return { refusal };
  const judged = judgeSettings({
    ingress,
    config,
    rules: isTrue(ingress.metadata.annotations?.[`${nginxPrefix}enable-global-auth`] ?? 'true')
      ? rules
      : rules.filter(({ key }) => key !== 'global-auth-url'),
    prefixes: [nginxPrefix],
    configMap: settings.configMap,
  });
  if ('refusal' in judged) return judged;
  const keys = keysOf(gateUrl('nginx', responder, ingress.metadata));
  const objects = [pageService(input)];
  return planOwnKeys({ ingress, keys, objects, warnings: judged.warnings });
}

const isOn = (config: ControllerConfig, key: string): boolean => isTrue(config?.[key] ?? '');

/** Does nginx take the client's address out of a header, rather than from the connection or the PROXY protocol? */
const readsHeader = (config: ControllerConfig): boolean =>
  !isOn(config, 'use-proxy-protocol') &&
  (isOn(config, 'use-forwarded-headers') || isOn(config, 'enable-real-ip'));

/**
 * With both, nginx reads a header of its own (X-Forwarded-For-Proxy-Protocol) before it has written it, so a client that sends
 * it chooses its address, whoever is trusted.
 */
const readsOwnHeader = (config: ControllerConfig): boolean =>
  isOn(config, 'use-proxy-protocol') && isOn(config, 'use-forwarded-headers');

/** Does the gate get the whole chain, its last entry the controller's own peer? */
const showsChain = (config: ControllerConfig): boolean =>
  isOn(config, 'use-forwarded-headers') && isOn(config, 'compute-full-forwarded-for');

function spoofable({ configMap: name = '' }: ClassSettings, config: ControllerConfig): string | undefined {
  if (readsOwnHeader(config)) {
    return (
      `the controller's ConfigMap ${name} sets both use-proxy-protocol and use-forwarded-headers, and nginx then believes a header ` +
      'that everybody can write. Set one of them to "false".'
    );
  }
  if (!readsHeader(config) || showsChain(config)) return undefined;
  const trusted = config?.['proxy-real-ip-cidr'] ?? '0.0.0.0/0';
  if (!listed(trusted).some((cidr) => cidr.endsWith('/0'))) return undefined;
  return (
    `the controller's ConfigMap ${name} lets everybody write X-Forwarded-For (use-forwarded-headers or enable-real-ip, with ` +
    `proxy-real-ip-cidr ${trusted}). Set proxy-real-ip-cidr to your proxies' addresses.`
  );
}

const reference = `Service/${names.pageService}`;

/** kubernetes/ingress-nginx: `auth-url`, and the page from an error backend (facts of controller 1.15.1). */
export const ingressNginx: Driver = {
  name: 'ingress-nginx',
  controllers: ['k8s.io/ingress-nginx'],
  objectKinds: ['Service'],
  readsCanaries: true,
  flavour: 'nginx',
  addressHeader: 'x-forwarded-for',
  showsHost: true,
  // It looks for the page's Service when it reads the Ingress, and never again by itself.
  overlooks: 'NoRoute',
  sees: (_settings, config) => ({
    // X-Original-URL has the Host field, and a server is chosen by the request line before it.
    host: false,
    path: true,
    method: true,
    chain: readsHeader(config) || showsChain(config),
  }),
  spoofable,
  trustSetting: 'proxy-real-ip-cidr in the controller’s ConfigMap, with use-forwarded-headers: "true"',
  rules,
  unseen: {
    host: 'nginx shows the Host field, which a visitor can write apart from the host in the request line',
  },
  plan,
  read: (ingress: Ingress) => readOwnKeys({ ingress, keys: keyNames, isOurUrl, references: [reference] }),
  reference: ({ kind, name }) => (kind === 'Service' && name === names.pageService ? reference : undefined),
};
