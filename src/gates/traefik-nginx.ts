import type { Ingress } from '../api/ingress.ts';
import type { Driver, GatePlan, PlanInput, Refusal, SettingRule } from './driver.ts';
import { gateUrl, isGateUrl } from './driver.ts';
import { bypassRules, nginxPrefix, otherAuthRule } from './nginx-settings.ts';
import { planOwnKeys, readOwnKeys } from './own-keys.ts';
import { judgeSettings } from './settings.ts';
import { traefikDataPlane, traefikSees } from './traefik-data-plane.ts';

const urlKey = `${nginxPrefix}auth-url`;
const isOurUrl = (value: string): boolean => isGateUrl('forward', value);

const rules: readonly SettingRule[] = [
  otherAuthRule,
  ...bypassRules,
  {
    where: 'annotation',
    key: 'custom-http-errors',
    effect: 'Conflict',
    applies: (value) => value.split(',').some((code) => code.trim() === '503'),
    why: 'It would replace our page by another one. Take 503 out of it.',
  },
];

function plan({ ingress, responder }: PlanInput): GatePlan | { readonly refusal: Refusal } {
  const judged = judgeSettings({
    ingress,
    config: undefined,
    rules,
    prefixes: [nginxPrefix],
    configMap: undefined,
  });
  if ('refusal' in judged) return judged;
  const keys = { [urlKey]: gateUrl('forward', responder, ingress.metadata) };
  return planOwnKeys({ ingress, keys, objects: [], warnings: judged.warnings });
}

/**
 * Traefik's kubernetesIngressNGINX provider: reads ingress-nginx's annotations, but passes a refusal on as it is, so one
 * annotation is enough (facts of v3.7.9). Its classes carry ingress-nginx's controller name, so the chart has to name them.
 */
export const traefikNginx: Driver = {
  name: 'traefik-nginx',
  controllers: [],
  objectKinds: [],
  readsCanaries: true,
  ...traefikDataPlane,
  // Of the client's address only its own peer, whatever that says.
  sees: (settings) => ({ ...traefikSees(settings), chain: false }),
  rules,
  plan,
  read: (ingress: Ingress) => readOwnKeys({ ingress, keys: [urlKey], isOurUrl, references: [] }),
  reference: () => undefined,
};
