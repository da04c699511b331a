/** How an app, its server or a proxy before it makes a path of a target: what each combination of habits reads. */
export interface Habits {
  /** How often escapes are decoded. */
  readonly decodes: 0 | 1 | 2;
  /** Path parameters (`;jsessionid=1`) are cut off: before escapes are decoded, after, or not at all. */
  readonly parameters: 'before' | 'after' | 'kept';
  readonly backslashIsSlash: boolean;
  readonly mergesSlashes: boolean;
  /** The path ends at NUL, `#` or `?` once more, after escapes are decoded. */
  readonly cutsAgain: boolean;
}

const booleans = [false, true] as const;

/** All combinations. */
export const allHabits: readonly Habits[] = ([0, 1, 2] as const).flatMap((decodes) =>
  (['before', 'after', 'kept'] as const).flatMap((parameters) =>
    booleans.flatMap((backslashIsSlash) =>
      booleans.flatMap((mergesSlashes) =>
        booleans.map((cutsAgain) => ({
          decodes,
          parameters,
          backslashIsSlash,
          mergesSlashes,
          cutsAgain,
        })),
      ),
    ),
  ),
);

/** The segments of the path that this target names to an app with these habits. */
export function resolve(target: string, habits: Habits): readonly string[] {
  let path = target.replace(/[?#].*/s, '');
  if (habits.parameters === 'before') path = withoutParameters(path);
  for (let times = 0; times < habits.decodes; times += 1) path = leniently(path);
  if (habits.cutsAgain) path = path.replace(/[\0?#].*/s, '');
  if (habits.parameters === 'after') path = withoutParameters(path);
  if (habits.backslashIsSlash) path = path.replaceAll('\\', '/');
  if (habits.mergesSlashes) path = path.replaceAll(/\/+/g, '/');
  const segments: string[] = [];
  for (const segment of path.split('/').slice(1)) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  return segments;
}

export const isUnder = (segments: readonly string[], prefix: readonly string[]): boolean =>
  prefix.every((segment, index) => segments[index] === segment);

const withoutParameters = (path: string): string => path.replaceAll(/;[^/]*/g, '');

/** Decodes what can be decoded, overlong UTF-8 and `%uXXXX` as well, and leaves the rest as it is. */
const leniently = (path: string): string =>
  path
    .replaceAll(/%c0%ae/gi, '.')
    .replaceAll(/%c0%af/gi, '/')
    .replaceAll(/%u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
      Buffer.from(escapes.replaceAll('%', ''), 'hex').toString(),
    );
