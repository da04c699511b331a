/** Ids for the help desk: unique per replica and start, short, and no secret. */
export function createRequestIds(seed: string): () => string {
  let count = 0;
  return () => `${seed}-${(count++).toString(36)}`;
}
