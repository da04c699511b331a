import type { Ingress } from '../../../src/api/ingress.ts';

/** Traefik's list of Middlewares, which others may keep too. */
export const middlewares = 'traefik.ingress.kubernetes.io/router.middlewares';

const isTheirs = (element: string): boolean => !element.includes('backsoon-');

/** What others have in the list of an Ingress, in their order: nobody else may change it. A list of nothing is none. */
export function theirElements({ metadata }: Ingress): readonly string[] {
  const theirs = (metadata.annotations?.[middlewares]?.split(',') ?? []).filter(isTheirs);
  return theirs.some((element) => element.trim() !== '') ? theirs : [];
}
