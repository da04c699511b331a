import type { Ingress, IngressClass } from '../api/ingress.ts';
import type { ClassSettings, ControllerConfig, Driver, DriverName, Refusal } from './driver.ts';
import { haproxyIngress } from './haproxy-ingress.ts';
import { ingressNginx } from './ingress-nginx.ts';
import { traefik } from './traefik.ts';
import { traefikNginx } from './traefik-nginx.ts';

/** All drivers, by name: a new one is added here. */
export const drivers: Readonly<Record<DriverName, Driver>> = {
  traefik,
  'haproxy-ingress': haproxyIngress,
  'ingress-nginx': ingressNginx,
  'traefik-nginx': traefikNginx,
};

export const driverNames: readonly DriverName[] = Object.values(drivers).map(({ name }) => name);

const legacyClassAnnotation = 'kubernetes.io/ingress.class';
const defaultClassAnnotation = 'ingressclass.kubernetes.io/is-default-class';

/** What is known of the cluster's ingress classes: the chart's map first, then the IngressClass objects. */
export interface ClassSources {
  readonly settings: readonly ClassSettings[];
  readonly classes: readonly IngressClass[];
  /** Those that the chart lets the operator use; absent: all. */
  readonly enabled?: readonly DriverName[];
}

/** What the ConfigMap of a class's controller says, among those that were read, by `namespace/name`. */
export const configOf = (
  { configMap }: Pick<ClassSettings, 'configMap'>,
  configs: ReadonlyMap<string, NonNullable<ControllerConfig>>,
): ControllerConfig => (configMap === undefined ? undefined : configs.get(configMap));

/** The class that serves an Ingress: its spec, the old annotation, the default class (design §4). */
export function classNameOf(ingress: Ingress, classes: readonly IngressClass[]): string | undefined {
  return (
    ingress.spec.ingressClassName ??
    ingress.metadata.annotations?.[legacyClassAnnotation] ??
    classes.find(({ metadata }) => metadata.annotations?.[defaultClassAnnotation] === 'true')?.metadata.name
  );
}

/** All classes that some driver serves. The chart's map overrules `IngressClass.spec.controller`. */
export function servedClasses({
  settings,
  classes,
  enabled = driverNames,
}: ClassSources): ReadonlyMap<string, ClassSettings> {
  const served = new Map<string, ClassSettings>();
  for (const { metadata, spec } of classes) {
    const driver = enabled
      .map((name) => drivers[name])
      .find(({ controllers }) => controllers.includes(spec?.controller ?? ''));
    if (driver === undefined) continue;
    served.set(metadata.name, {
      name: metadata.name,
      driver: driver.name,
      trustedProxies: [],
      service: undefined,
    });
  }
  for (const setting of settings) served.set(setting.name, setting);
  return served;
}

/** The settings of the class that serves an Ingress, or why no driver does. */
export function classOf(
  ingress: Ingress,
  { classes, served }: { classes: readonly IngressClass[]; served: ReadonlyMap<string, ClassSettings> },
): ClassSettings | { readonly refusal: Refusal } {
  const { namespace, name } = ingress.metadata;
  const className = classNameOf(ingress, classes);
  if (className === undefined) {
    return {
      refusal: {
        reason: 'NoClass',
        message:
          `Ingress ${namespace}/${name} has no ingress class and the cluster has no default class: ` +
          'set spec.ingressClassName on the Ingress.',
      },
    };
  }
  const settings = served.get(className);
  if (settings !== undefined) return settings;
  const controller = classes.find(({ metadata }) => metadata.name === className)?.spec?.controller;
  return {
    refusal: {
      reason: 'UnknownController',
      message:
        `Ingress ${namespace}/${name} is of class "${className}" (${controller === undefined ? 'which does not exist' : `controller ${controller}`}), ` +
        `which no driver serves. If it is one of ${Object.keys(drivers).join(', ')}, name it in the chart's value ` +
        `ingressControllers.${className}.driver.`,
    },
  };
}
