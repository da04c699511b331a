/**
 * Does a live object hold everything that we would apply? The API server adds fields (defaults, metadata) and other
 * managers may too, so more is not a difference; an array has to match element by element.
 */
export function contains(live: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(live) &&
      live.length === wanted.length &&
      wanted.every((each, index) => contains(live[index], each))
    );
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof live !== 'object' || live === null) return false;
    const fields: Readonly<Record<string, unknown>> = { ...live };
    return Object.entries(wanted).every(([key, value]) => contains(fields[key], value));
  }
  return live === wanted;
}
