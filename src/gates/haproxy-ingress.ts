import { gateRequestHeaders } from '../api/headers.ts';
import type { Ingress } from '../api/ingress.ts';
import { annotations } from '../api/names.ts';
import { any, isTrue, loginFirst, otherAuth, passthrough, redirectsFirst } from './common-rules.ts';
import type { Driver, GatePlan, PlanInput, Refusal, SettingRule } from './driver.ts';
import { gateUrl, isGateUrl, needsIPv4 } from './driver.ts';
import { planOwnKeys, readOwnKeys } from './own-keys.ts';
import { judgeSettings, unknownSettings } from './settings.ts';

/** Both are read unless `--annotation-prefix` says otherwise. */
const prefixes = ['haproxy-ingress.github.io/', 'ingress.kubernetes.io/'] as const;
const [prefix] = prefixes;

/**
 * Without the lists, the request's Transfer-Encoding would go to the responder, which never sees a body, and the answer's
 * headers into the request to the app: both break POST (facts of v0.16.1).
 */
const keysOf = (url: string): Readonly<Record<string, string>> => ({
  [`${prefix}auth-url`]: url,
  [`${prefix}auth-headers-request`]: gateRequestHeaders.join(','),
  [`${prefix}auth-headers-succeed`]: '-',
  [`${prefix}auth-method`]: 'GET',
});

const keyNames = [...Object.keys(keysOf('')), annotations.touched];

const isOurUrl = (value: string): boolean => isGateUrl('forward', value);

/** Set for one Ingress, or for all in the controller's ConfigMap. */
const both = (rule: Omit<SettingRule, 'where'>): readonly SettingRule[] => [
  { ...rule, where: 'annotation' },
  { ...rule, where: 'configMap' },
];

const rules: readonly SettingRule[] = [
  ...both({ key: 'auth-url', effect: 'ExistingAuth', applies: (value) => !isOurUrl(value), why: otherAuth }),
  ...both({ key: 'oauth', effect: 'ExistingAuth', applies: any, why: otherAuth }),
  ...both({
    key: 'auth-signin',
    effect: 'Conflict',
    applies: any,
    why: 'With it visitors would be sent to that page instead of seeing ours. Remove it.',
  }),
  ...both({
    key: 'auth-headers-fail',
    effect: 'Conflict',
    applies: (value) => value !== '*',
    why: 'Visitors would get the page without its headers. Remove it.',
  }),
  ...both({
    key: 'auth-external-placement',
    effect: 'ControllerSettings',
    applies: (value) => value.toLowerCase() !== 'backend',
    why: 'There the controller asks before it knows the client’s address, and believes what clients write. Set it to backend.',
  }),
  ...both({
    key: 'redirect-to',
    effect: 'GateBypassed',
    applies: any,
    why: redirectsFirst,
  }),
  passthrough,
  {
    where: 'annotation',
    key: 'app-root',
    effect: 'warn',
    applies: any,
    why: 'Visitors of / are redirected there first, and meet the page then.',
  },
  ...both({
    key: 'auth-secret',
    effect: 'warn',
    applies: any,
    why: loginFirst,
  }),
  ...both({
    key: 'cors-enable',
    effect: 'warn',
    applies: isTrue,
    why: 'The controller answers every OPTIONS request by itself, closed or not.',
  }),
];

function plan(input: PlanInput): GatePlan | { readonly refusal: Refusal } {
  const { ingress, settings, config, responder } = input;
  const unknown = unknownSettings(input, 'auth-url') ?? needsIPv4(input, 'haproxy-ingress');
  if (unknown !== undefined) return { refusal: unknown };
  const judged = judgeSettings({ ingress, config, rules, prefixes, configMap: settings.configMap });
  if ('refusal' in judged) return judged;
  const keys = keysOf(gateUrl('forward', responder, ingress.metadata));
  return planOwnKeys({ ingress, keys, objects: [], warnings: judged.warnings });
}

/** jcmoraisjr's haproxy-ingress: `auth-url`, whose refusal it passes on as it is (facts of v0.16.1). */
export const haproxyIngress: Driver = {
  name: 'haproxy-ingress',
  controllers: ['haproxy-ingress.github.io/controller'],
  objectKinds: [],
  readsCanaries: false,
  flavour: 'forward',
  // It deletes X-Forwarded-For before it asks, and writes the peer's address here.
  addressHeader: 'x-real-ip',
  showsHost: false,
  // It drops the gate of an Ingress that has it when it is seen first: one that is new, or comes from another class.
  overlooks: 'SiteAnswers',
  sees: () => ({ host: false, path: false, method: false, chain: false }),
  spoofable: (_settings, config) => {
    const header = config?.['real-ip-hdr'];
    if (header === undefined || header.toLowerCase() === 'x-real-ip') return undefined;
    return `the controller's ConfigMap sets real-ip-hdr: ${header}, so X-Real-IP is what the client wrote. Remove real-ip-hdr.`;
  },
  trustSetting:
    'the senders of the PROXY protocol (use-proxy-protocol in the controller’s ConfigMap), for it believes no header',
  rules,
  unseen: {
    host: 'haproxy-ingress asks the gate without it',
    path: 'haproxy-ingress asks the gate without it',
    method: 'haproxy-ingress asks the gate without it',
  },
  plan,
  read: (ingress: Ingress) => readOwnKeys({ ingress, keys: keyNames, isOurUrl, references: [] }),
  reference: () => undefined,
};
