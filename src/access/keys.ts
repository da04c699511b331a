/** One HMAC-SHA256 key. */
export interface SigningKey {
  /** 1 to 32 of `A-Z a-z 0-9 -`. */
  readonly id: string;
  /** At least 32 bytes. */
  readonly key: Uint8Array;
}

/**
 * The keys that sign probes, echoes and cookies. The operator signs with `current`; `previous` and `next` are
 * accepted too, so that a key can change while replicas learn of it at different times.
 */
export interface SigningKeys {
  readonly current: SigningKey;
  readonly previous?: SigningKey | undefined;
  readonly next?: SigningKey | undefined;
}

/** The Secret's key, so the file's name where the Secret is mounted. */
export const keysFile = 'keys.json';

/** The keys file is not what it has to be. Its message never shows key material. */
export class KeysError extends Error {
  override readonly name = 'KeysError';
}

/** The keys file's text: `{"current":{"id":…,"key":<base64>},"previous":…,"next":…}`. */
export function encodeKeys(keys: SigningKeys): string {
  const plain = (key: SigningKey | undefined): { id: string; key: string } | undefined =>
    key && { id: key.id, key: Buffer.from(key.key).toString('base64') };
  return JSON.stringify({
    current: plain(keys.current),
    previous: plain(keys.previous),
    next: plain(keys.next),
  });
}

/** @throws KeysError when the text is not what {@link encodeKeys} writes. */
export function parseKeys(text: string): SigningKeys {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new KeysError('the keys file is no JSON');
  }
  if (!isRecord(file)) throw new KeysError('the keys file is no JSON object');
  const current = parseKey(file['current'], 'current');
  if (current === undefined) throw new KeysError('the keys file has no current key');
  const previous = parseKey(file['previous'], 'previous');
  const next = parseKey(file['next'], 'next');
  const keys = { current, ...(previous && { previous }), ...(next && { next }) };
  if (new Set(keyIds(keys)).size !== Object.keys(keys).length)
    throw new KeysError('two keys have the same id');
  return keys;
}

/** The ids of all keys: current, previous, next. */
export function keyIds(keys: SigningKeys): string[] {
  return all(keys).map((key) => key.id);
}

/** The key with this id, or undefined. */
export function findKey(keys: SigningKeys, id: string): SigningKey | undefined {
  return all(keys).find((key) => key.id === id);
}

const all = (keys: SigningKeys): SigningKey[] =>
  [keys.current, keys.previous, keys.next].filter((key) => key !== undefined);

function parseKey(value: unknown, which: string): SigningKey | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isRecord(value)) throw new KeysError(`the ${which} key is no JSON object`);
  const { id, key } = value;
  if (typeof id !== 'string' || !/^[A-Za-z0-9-]{1,32}$/.test(id))
    throw new KeysError(`the ${which} key has no usable id`);
  if (typeof key !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(key))
    throw new KeysError(`key ${id} is not base64`);
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length < 32) throw new KeysError(`key ${id} has ${bytes.length} bytes; it needs at least 32`);
  return { id, key: bytes };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
