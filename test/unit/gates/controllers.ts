import type { Ingress } from '../../../src/api/ingress.ts';
import type { ClassSettings, DriverName, GatePlan, PlanInput, Refusal } from '../../../src/gates/driver.ts';
import { classOf, configOf, drivers, servedClasses } from '../../../src/gates/drivers.ts';
import { anIngressClass } from '../builders/ingress.ts';
import { planInput } from '../builders/observed.ts';

export type Outcome = GatePlan | { readonly refusal: Refusal };

const nginxSettings = 'ingress-nginx/ingress-nginx-controller';
const haproxySettings = 'haproxy/haproxy-ingress';

const settingsOf = (driver: DriverName, configMap?: string): ClassSettings => ({
  name: driver,
  driver,
  trustedProxies: [],
  service: undefined,
  configMap,
});

/** A class for each driver, called like it, as the chart of an install that has them all says. */
export const settings: Readonly<Record<DriverName, ClassSettings>> = {
  traefik: settingsOf('traefik'),
  'haproxy-ingress': settingsOf('haproxy-ingress', haproxySettings),
  'ingress-nginx': settingsOf('ingress-nginx', nginxSettings),
  'traefik-nginx': settingsOf('traefik-nginx'),
};

/** The controllers' own ConfigMaps: there, and with nothing in them that matters. */
export const configs: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map([
  [nginxSettings, {}],
  [haproxySettings, {}],
]);

/** What is planned for an Ingress by the driver of its class, in a cluster with this default class. */
export function outcomeOf(
  ingress: Ingress,
  defaultClass?: DriverName,
  change: Partial<PlanInput> = {},
): Outcome {
  const classes = Object.values(drivers).map(({ name, controllers: [controller = 'k8s.io/ingress-nginx'] }) =>
    anIngressClass(name, controller, name === defaultClass),
  );
  const served = servedClasses({ settings: Object.values(settings), classes });
  const found = classOf(ingress, { classes, served });
  if ('refusal' in found) return found;
  const config = configOf(found, configs);
  return drivers[found.driver].plan(planInput(ingress, { settings: found, config, ...change }));
}

/** The plan, which has to be one. */
export function plannedFor(ingress: Ingress, driver: DriverName, change: Partial<PlanInput> = {}): GatePlan {
  const config = configOf(settings[driver], configs);
  const plan = drivers[driver].plan(planInput(ingress, { settings: settings[driver], config, ...change }));
  if ('refusal' in plan) throw new Error(`${driver} refuses: ${plan.refusal.message}`);
  return plan;
}
