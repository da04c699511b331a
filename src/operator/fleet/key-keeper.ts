import { randomBytes } from 'node:crypto';
import type { SigningKey, SigningKeys } from '../../access/keys.ts';
import { encodeKeys, keysFile, parseKeys } from '../../access/keys.ts';
import { annotations, fieldManager, labels, names } from '../../api/names.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { Clock } from '../../kube/clock.ts';
import type { Secret } from '../../kube/kinds.ts';
import { resources } from '../../kube/resources.ts';
import type { World } from '../world.ts';
import type { KeyRing } from './rotation.ts';
import { keyStep, turned } from './rotation.ts';

export interface KeyKeeperOptions {
  readonly client: KubeClient;
  readonly world: Pick<World, 'secrets'>;
  readonly installNamespace: string;
  readonly clock: Clock;
  /** How long a key stays current; 0: for good. */
  readonly rotationHours: number;
  /** Does every responder that visitors may meet hold this key? */
  readonly isListed: (keyId: string) => boolean;
}

const keyBytes = 32;

/** The keys that a Secret holds; undefined: none that can be read. */
export function keysOf(secret: Secret | undefined): SigningKeys | undefined {
  const text = secret?.data?.[keysFile];
  if (text === undefined) return undefined;
  try {
    return parseKeys(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}

function ringOf(secret: Secret | undefined): KeyRing {
  const text = secret?.metadata.annotations?.[annotations.currentKeySince] ?? '';
  let since: Temporal.Instant | undefined;
  try {
    since = Temporal.Instant.from(text);
  } catch {
    since = undefined;
  }
  return { keys: keysOf(secret), since };
}

/** Makes the keys that sign probes and cookies, and changes them in time. */
export class KeyKeeper {
  readonly #options: KeyKeeperOptions;
  /** As they were last read: a Secret that somebody deletes comes back with what responders still hold. */
  #last: KeyRing | undefined;

  constructor(options: KeyKeeperOptions) {
    this.#options = options;
  }

  /** Takes the next step, if one is due. Resolves to when time alone asks for another one. */
  async keep(): Promise<Temporal.Instant | undefined> {
    const { world, installNamespace: namespace, clock, rotationHours, isListed } = this.#options;
    const secret = world.secrets.find({ namespace, name: names.keys });
    const ring = ringOf(secret);
    if (ring.keys !== undefined) this.#last = ring;
    const now = clock.now();
    const { step, wakeAt } = keyStep(ring, { now, rotationHours, isListed });
    if (step === undefined) return wakeAt;
    const { keys, since } =
      step === 'Create' && this.#last?.keys !== undefined
        ? { keys: this.#last.keys, since: this.#last.since ?? now }
        : turned(ring, step, { now, newKey });
    await this.#write(secret, { keys, since });
    return wakeAt;
  }

  /** Only over what was read: somebody who knew more than we do may have changed the keys since. */
  async #write(
    before: Secret | undefined,
    { keys, since }: { readonly keys: SigningKeys; readonly since: Temporal.Instant },
  ): Promise<void> {
    const { client, world, installNamespace: namespace } = this.#options;
    const body = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: names.keys,
        namespace,
        ...(before === undefined ? {} : { resourceVersion: before.metadata.resourceVersion }),
        labels: { [labels.install]: namespace },
        annotations: { [annotations.currentKeySince]: since.toString({ smallestUnit: 'second' }) },
      },
      data: { [keysFile]: Buffer.from(encodeKeys(keys)).toString('base64') },
    };
    const options = { fieldManager: fieldManager(namespace), force: true };
    world.secrets.confirm(before, await client.apply(resources.secrets, body, options));
  }
}

const newKey = (): SigningKey => ({ id: randomBytes(4).toString('hex'), key: randomBytes(keyBytes) });
