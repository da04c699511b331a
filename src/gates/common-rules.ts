import type { SettingRule } from './driver.ts';

export const any = (): boolean => true;
export const isTrue = (value: string): boolean => value.toLowerCase() === 'true';

/** Where a controller asks one authentication only (design D4). */
export const otherAuth =
  'The controller asks one authentication only, so a gate would let in whom that one keeps out. ' +
  'Move it into the app, or behind a proxy of the app’s own.';

export const redirectsFirst =
  'The controller redirects before it asks the gate. Close where it leads to, or leave this Ingress out of spec.targets.';

export const loginFirst = 'Visitors meet its login before the page.';

/** In every controller that can pass TLS through. */
export const passthrough: SettingRule = {
  where: 'annotation',
  key: 'ssl-passthrough',
  effect: 'GateBypassed',
  applies: isTrue,
  why: 'The controller does not see requests, only encrypted bytes. Let it end TLS, or leave this Ingress out of spec.targets.',
};
