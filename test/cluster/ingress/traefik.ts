import { addresses } from '../addresses.ts';
import type { IngressController } from './controller.ts';
import { traefikObjects, type TraefikSettings } from './traefik-objects.ts';

const name = 'traefik';

const settings: TraefikSettings = {
  name,
  controller: 'traefik.io/ingress-controller',
  loadBalancer: addresses.loadBalancers.traefik,
  clusterIP: addresses.ingressServices.traefik,
  providers: [
    '--providers.kubernetescrd=true',
    '--providers.kubernetesingress=true',
    `--providers.kubernetesingress.ingressendpoint.publishedservice=${name}/${name}`,
  ],
};

/** Traefik with its own two providers; its CRDs come from its own release. */
export const traefik: IngressController = {
  name,
  className: name,
  loadBalancer: settings.loadBalancer,
  service: { namespace: name, name, clusterIP: settings.clusterIP },
  tools: ['traefik'],
  programs: [],
  images: (tools) => ({ traefik: { entrypoint: [tools.program('traefik')] } }),
  crds: 'traefik-crds.yaml',
  objects: (options) => traefikObjects(settings, options),
  chart: { driver: 'traefik' },
};
