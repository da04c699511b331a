import type { ClassSettings, Driver, Sees } from './driver.ts';

/** What Traefik is like whichever of its providers reads the Ingress (facts of v3.7.9). */
export const traefikDataPlane = {
  flavour: 'forward',
  addressHeader: 'x-forwarded-for',
  showsHost: true,
  overlooks: undefined,
  // Whether it believes strangers is in its static configuration, which nobody but a probe can tell.
  spoofable: () => undefined,
  trustSetting: 'entryPoints.<name>.forwardedHeaders.trustedIPs in Traefik',
  unseen: {
    host: 'the class has trustedProxies, and a visitor behind one can write X-Forwarded-Host as they like',
  },
} as const satisfies Partial<Driver>;

/** What it shows, but for the chain of addresses, in which its providers differ. */
export const traefikSees = ({ trustedProxies }: ClassSettings): Omit<Sees, 'chain'> => ({
  // X-Forwarded-Host passes through from a trusted proxy, so a visitor behind one can write it.
  host: trustedProxies.length === 0,
  path: true,
  method: true,
});
