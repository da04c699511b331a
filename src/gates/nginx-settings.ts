import type { SettingRule } from './driver.ts';
import { isAnyGateUrl } from './driver.ts';

/** What the annotations of ingress-nginx begin with, and of whatever else reads them. */
export const nginxPrefix = 'nginx.ingress.kubernetes.io/';

const any = (): boolean => true;
const isTrue = (value: string): boolean => value.toLowerCase() === 'true';

export const otherAuth =
  'The controller asks one authentication only, so a gate would let in whom that one keeps out. ' +
  'Move it into the app, or behind a proxy of the app’s own.';

export const otherAuthRule: SettingRule = {
  where: 'annotation',
  key: 'auth-url',
  effect: 'ExistingAuth',
  applies: (value) => !isAnyGateUrl(value),
  why: otherAuth,
};

const redirects = (key: string): SettingRule => ({
  where: 'annotation',
  key,
  effect: 'GateBypassed',
  applies: any,
  why: 'The controller redirects before it asks the gate. Close where it leads to, or leave this Ingress out of spec.targets.',
});

/** What answers visitors before the gate is asked, in every controller that reads these annotations. */
export const bypassRules: readonly SettingRule[] = [
  redirects('permanent-redirect'),
  redirects('temporal-redirect'),
  redirects('app-root'),
  {
    where: 'annotation',
    key: 'ssl-passthrough',
    effect: 'GateBypassed',
    applies: isTrue,
    why: 'The controller does not see requests, only encrypted bytes. Let it end TLS, or leave this Ingress out of spec.targets.',
  },
  {
    where: 'annotation',
    key: 'enable-cors',
    effect: 'warn',
    applies: isTrue,
    why: 'The controller answers CORS preflights by itself, closed or not.',
  },
  {
    where: 'annotation',
    key: 'auth-type',
    effect: 'warn',
    applies: any,
    why: 'Visitors meet its login before the page.',
  },
];
