import type { ControllerConfig } from '../gates/driver.ts';
import { servedClasses } from '../gates/drivers.ts';
import type { OperatorConfig } from './config.ts';
import type { Observed } from './decide/observed.ts';
import type { World } from './world.ts';

interface Looked {
  readonly inputs: readonly unknown[];
  readonly classes: Observed['classes'];
}

/** What was last made of what: lists of a store are the same until something changes, and so is what was made of them. */
const known = new WeakMap<World, Looked>();

/** All ingress classes, those that a driver serves, and what their controllers' own ConfigMaps say. */
export function classesOf(world: World, config: OperatorConfig): Observed['classes'] {
  const inputs = [
    config,
    world.ingressClasses.list(),
    ...[...world.controllerConfigs.values()].map((store) => store.list()),
  ];
  const before = known.get(world);
  if (before !== undefined && inputs.every((each, index) => each === before.inputs[index]))
    return before.classes;
  const classes = world.ingressClasses.list();
  const looked = {
    inputs,
    classes: {
      classes,
      served: servedClasses({ settings: config.ingressControllers, classes, enabled: config.drivers }),
      configs: configsOf(world),
    },
  };
  known.set(world, looked);
  return looked.classes;
}

/** The controllers' own ConfigMaps that exist, by `namespace/name`. */
function configsOf({ controllerConfigs }: World): ReadonlyMap<string, NonNullable<ControllerConfig>> {
  return new Map(
    [...controllerConfigs].flatMap(([key, store]) => store.list().map(({ data }) => [key, data ?? {}])),
  );
}
