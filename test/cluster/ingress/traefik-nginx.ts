import { addresses } from '../addresses.ts';
import type { IngressController } from './controller.ts';
import { traefikObjects, type TraefikSettings } from './traefik-objects.ts';

const name = 'traefik-nginx';
const flag = '--providers.kubernetesingressnginx';

const settings: TraefikSettings = {
  name,
  // As where it took over from ingress-nginx: the class does not tell the two apart.
  controller: 'k8s.io/ingress-nginx',
  loadBalancer: addresses.loadBalancers.traefikNginx,
  clusterIP: addresses.ingressServices.traefikNginx,
  providers: [
    `${flag}=true`,
    // It serves all classes of its controller, and the one of this name. Here is an ingress-nginx beside it, so no
    // class may have its controller.
    `${flag}.ingressclass=${name}`,
    `${flag}.ingressclassbyname=true`,
    `${flag}.controllerclass=backsoon.test/by-name-only`,
    `${flag}.publishservice=${name}/${name}`,
    `${flag}.httpentrypoint=web`,
    `${flag}.httpsentrypoint=websecure`,
  ],
};

/** Traefik with the provider that reads ingress-nginx's annotations, and no other. */
export const traefikNginx: IngressController = {
  name,
  className: name,
  loadBalancer: settings.loadBalancer,
  service: { namespace: name, name, clusterIP: settings.clusterIP },
  tools: ['traefik'],
  programs: [],
  images: (tools) => ({ traefik: { entrypoint: [tools.program('traefik')] } }),
  objects: (options) => traefikObjects(settings, options),
  // With a certificate it sends everybody to https, before and while a site is closed.
  shopAnnotations: { 'nginx.ingress.kubernetes.io/ssl-redirect': 'false' },
  chart: { driver: name },
};
