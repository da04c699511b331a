import type { ApiClient } from '../api-client.ts';
import { waitForDeployment } from '../deployment.ts';
import { apply } from '../kubectl.ts';
import type { ToolPaths } from '../tools/catalogue.ts';
import type { ControllerOptions, IngressController } from './controller.ts';

export interface ClusterAccess {
  readonly tools: ToolPaths;
  readonly env: NodeJS.ProcessEnv;
  readonly api: ApiClient;
}

/** Installs an ingress controller and waits until it serves. */
export async function installController(
  { tools, env, api }: ClusterAccess,
  controller: IngressController,
  options: ControllerOptions,
): Promise<void> {
  const kubectl = tools.program('kubectl');
  const { namespace, name } = controller.service;
  await Promise.all([
    controller.crds === undefined ? undefined : apply(kubectl, env, tools.program(controller.crds)),
    apply(kubectl, env, controller.objects(options)),
  ]);
  await api.call({
    method: 'PATCH',
    path: `/api/v1/namespaces/${namespace}/services/${name}/status`,
    // What the load balancer says about itself. `Proxy` keeps kube-proxy from short-cutting past it.
    body: { status: { loadBalancer: { ingress: [{ ip: controller.loadBalancer, ipMode: 'Proxy' }] } } },
  });
  await waitForDeployment(api, namespace, name);
}
