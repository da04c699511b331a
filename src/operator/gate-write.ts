import { drivers } from '../gates/drivers.ts';
import type { ApplyOptions, JsonPatch, KubeClient } from '../kube/client.ts';
import { isKubeError, KubeError } from '../kube/errors.ts';
import type { Ingress } from '../kube/kinds.ts';
import { resources } from '../kube/resources.ts';
import { annotationPointer } from './decide/annotation-pointer.ts';
import type { Annotations, GatePut, GateTake, IngressReference } from './decide/plan.ts';

/** One annotation that others may have written: what has to stand there, and what is to; undefined: nothing. */
interface Edit {
  readonly key: string;
  readonly from: string;
  readonly to: string | undefined;
}

const patchOf = (uid: string, edits: readonly Edit[]): JsonPatch => [
  { op: 'test', path: '/metadata/uid', value: uid },
  ...edits.flatMap(({ key, from, to }): JsonPatch => {
    const path = annotationPointer(key);
    const test = { op: 'test', path, value: from } as const;
    return [test, to === undefined ? { op: 'remove', path } : { op: 'replace', path, value: to }];
  }),
];

/** What is applied to an Ingress: never more than annotations. */
const ingressDraft = (
  metadata: IngressReference & { readonly annotations?: Annotations },
): { apiVersion: string; kind: string; metadata: typeof metadata } => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata,
});

/** Puts a gate's annotations on: applied, so that they are ours, or patched into lists that others keep and let us edit. */
export async function writeGate(
  client: KubeClient,
  { ingress, annotations, replaces }: GatePut,
  options: ApplyOptions,
): Promise<Ingress> {
  if (replaces === undefined) {
    return client.apply(resources.ingresses, ingressDraft({ ...ingress, annotations }), options);
  }
  const edits = Object.entries(replaces).map(([key, from]) => ({ key, from, to: annotations[key] }));
  return editAnnotations(client, ingress, edits, options);
}

/** Out of an Ingress what is ours by content among these keys, unless git holds it there for good; what is others' stays. */
function takeEdits(live: Ingress, annotations: Annotations): readonly Edit[] {
  const found = Object.values(drivers)
    .map((driver) => driver.read(live))
    .filter(({ preWired }) => !preWired)
    .flatMap((state) =>
      Object.entries(state.annotations).map(([key, from]) => ({ key, from, to: state.remains?.[key] })),
    )
    .filter(({ key }) => annotations[key] !== undefined);
  // Two drivers may read the same annotations.
  return [...new Map(found.map((edit) => [edit.key, edit])).values()];
}

/**
 * Writes over what others may have written, as long as it is still what was looked at.
 * @throws KubeError `Conflict` when it is not: then there is something new to look at.
 */
async function editAnnotations(
  client: KubeClient,
  { namespace, name, uid }: IngressReference,
  edits: readonly Edit[],
  options: ApplyOptions,
): Promise<Ingress> {
  try {
    return await client.jsonPatch(resources.ingresses, { namespace, name }, patchOf(uid, edits), options);
  } catch (error) {
    // The API server answers a failed test and an edit that it does not accept alike.
    if (!isKubeError(error, 'Invalid')) throw error;
    const { metadata } = await client.get(resources.ingresses, { namespace, name });
    const stands = edits.every(({ key, from }) => metadata.annotations?.[key] === from);
    if (stands && metadata.uid === uid) throw error;
    const { attempt } = error;
    throw new KubeError({ code: 'Conflict', attempt, message: 'changed meanwhile', cause: error });
  }
}

/**
 * Puts a gate on: only annotations, only ours, and never by force: what git or a person set stays theirs (design D5).
 * @returns the Ingress as it is now; undefined when that took more than one write
 */
export async function putGate(
  client: KubeClient,
  put: GatePut,
  options: ApplyOptions,
): Promise<Ingress | undefined> {
  try {
    return await writeGate(client, put, options);
  } catch (error) {
    // A copied manifest brought a gate of another Ingress along: that value is nobody's wish.
    if (!isKubeError(error, 'FieldManagerConflict')) throw error;
    const live = await client.get(resources.ingresses, put.ingress);
    const edits = takeEdits(live, put.annotations);
    if (edits.length === 0) throw error;
    await editAnnotations(client, live.metadata, edits, options);
    await writeGate(client, put, options);
    return undefined;
  }
}

/** Applying the empty set takes exactly our keys; what is ours only by content then goes by a tested patch. */
export async function takeGate(
  client: KubeClient,
  { ingress, annotations }: Pick<GateTake, 'ingress' | 'annotations'>,
  options: ApplyOptions,
): Promise<Ingress> {
  const left = await client.apply(resources.ingresses, ingressDraft(ingress), options);
  const edits = takeEdits(left, annotations);
  return edits.length === 0 ? left : editAnnotations(client, ingress, edits, options);
}
