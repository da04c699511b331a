import type { Location } from './model.ts';

/** True when the location's requests are rewritten or matched by a regular expression. */
export const usesRegex = ({ path, source }: Location): boolean => {
  const { rewriteTarget, useRegex = false } = source?.annotations ?? {};
  return useRegex || (rewriteTarget !== undefined && rewriteTarget !== path);
};

/** A path of type Prefix is two locations of nginx: the path itself, and what is below it. */
export function nginxLocations(locations: readonly Location[]): Location[] {
  const exact = new Set(locations.filter(({ pathType }) => pathType === 'Exact').map(({ path }) => path));
  return locations.flatMap((location) => {
    const { path, pathType } = location;
    if (path === '/' || pathType !== 'Prefix' || usesRegex(location)) return [location];
    const below = { ...location, path: path.endsWith('/') ? path : `${path}/` };
    return exact.has(path) ? [below] : [below, { ...location, pathType: 'Exact' as const }];
  });
}
