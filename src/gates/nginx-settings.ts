import { any, isTrue, loginFirst, otherAuth, passthrough, redirectsFirst } from './common-rules.ts';
import type { SettingRule } from './driver.ts';
import { isAnyGateUrl } from './driver.ts';

/** What the annotations of ingress-nginx begin with, and of whatever else reads them. */
export const nginxPrefix = 'nginx.ingress.kubernetes.io/';

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
  why: redirectsFirst,
});

/** What answers visitors before the gate is asked, in every controller that reads these annotations. */
export const bypassRules: readonly SettingRule[] = [
  redirects('permanent-redirect'),
  redirects('temporal-redirect'),
  redirects('app-root'),
  passthrough,
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
    why: loginFirst,
  },
];
