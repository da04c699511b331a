import { exitCodes, Failure } from '../failure.ts';
import type { IngressController } from './controller.ts';
import { haproxyIngress } from './haproxy-ingress.ts';
import { ingressNginx } from './ingress-nginx.ts';
import { traefikNginx } from './traefik-nginx.ts';
import { traefik } from './traefik.ts';

/** Every ingress controller that the local cluster can run, in the order of their names' mention in the help. */
const controllers: readonly IngressController[] = [traefik, traefikNginx, haproxyIngress, ingressNginx];

export const controllerNames: readonly string[] = controllers.map(({ name }) => name);

/** @throws Failure when there is none of that name. */
export function controllerNamed(name: string): IngressController {
  const found = controllers.find((controller) => controller.name === name);
  if (found !== undefined) return found;
  throw new Failure(
    `There is no ingress controller ${name}; there are ${controllerNames.join(', ')}, and none.`,
    exitCodes.usage,
  );
}

/** The variable in which a command finds the address of this controller's load balancer. */
export const addressVariable = ({ name }: IngressController): string =>
  `INGRESS_ADDRESS_${name.toUpperCase().replaceAll('-', '_')}`;
