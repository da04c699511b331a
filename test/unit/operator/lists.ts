import type { Ingress } from '../../../src/api/ingress.ts';

/** Traefik's list of Middlewares, which others may keep too. */
export const middlewares = 'traefik.ingress.kubernetes.io/router.middlewares';

const isTheirs = (element: string): boolean => !element.includes('backsoon-');

/** What others have in the list of an Ingress, in their order: nobody else may change it. */
export const theirElements = ({ metadata }: Ingress): readonly string[] =>
  (metadata.annotations?.[middlewares]?.split(',') ?? []).filter(isTheirs);
