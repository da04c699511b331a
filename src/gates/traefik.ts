import { createHash } from 'node:crypto';
import { gateRequestHeaders } from '../api/headers.ts';
import type { Ingress } from '../api/ingress.ts';
import { allowed, annotations, labels, preWired } from '../api/names.ts';
import type { Driver, GateObject, GatePlan, GateState, PlanInput, Refusal } from './driver.ts';
import { gateUrl } from './driver.ts';
import { traefikDataPlane, traefikSees } from './traefik-data-plane.ts';

/** Traefik's kubernetesIngress provider reads this list; its first element meets a request first. */
const middlewaresKey = 'traefik.ingress.kubernetes.io/router.middlewares';
const headersMiddleware = 'backsoon-headers';
const middlewareApi = { apiVersion: 'traefik.io/v1alpha1', kind: 'Middleware' } as const;
/** Traefik answers 401 to a responder whose answer is larger: room for a custom page of 256 KiB and its headers. */
const maxResponseBodyBytes = 512 * 1024;

/**
 * The name of the Middleware that gates one Ingress.
 *
 * Traefik folds every run of other characters than letters and digits in `<namespace>-<name>` into one `-`
 * (provider.Normalize), so two Middlewares can fall together: a name for which that can happen gets a hash of the Ingress.
 */
export function gateMiddlewareName(namespace: string, ingress: string): string {
  const plain = /^[a-z0-9]+(-[a-z0-9]+)*$/;
  const hashed = /-[0-9a-f]{10}$/;
  const ambiguous =
    !plain.test(ingress) ||
    !plain.test(namespace) ||
    ingress.length > 200 ||
    ingress === 'headers' ||
    hashed.test(ingress) ||
    `${namespace}/${ingress}`.includes('backsoon');
  if (!ambiguous) return `backsoon-${ingress}`;
  const hash = createHash('sha256').update(`${namespace}/${ingress}`).digest('hex').slice(0, 10);
  const readable = ingress
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/-$/, '');
  return `backsoon-${readable}-${hash}`;
}

/** How Traefik's Ingress annotation refers to a Middleware. */
const spelled = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${`${namespace}-${name}`
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .join('-')}@kubernetescrd`;

/** A list's elements as they are written, spaces and empty ones too: put together again they are the value as it was. */
const elementsOf = (value: string | undefined): readonly string[] => value?.split(',') ?? [];

const trimmed = (elements: readonly string[]): readonly string[] =>
  elements.map((element) => element.trim()).filter((element) => element !== '');

/** Looks like one of ours, in whichever namespace: an object that may be one is not deleted while it is named. */
const ourLook = /^[a-z0-9-]+-backsoon-[a-z0-9-]+@kubernetescrd$/;
/** Ours beyond doubt: both Middlewares of one namespace, in our order. A namespace may be called like us. */
const ourPair = /^([a-z0-9-]+)-backsoon-headers@kubernetescrd,\1-backsoon-[a-z0-9-]+@kubernetescrd$/;

/** An Ingress's list, in parts. */
interface Parted {
  readonly ours: readonly string[];
  readonly others: readonly string[];
  /** Does anything stand among the others, not just a stray comma? */
  readonly isShared: boolean;
  /** Do those who keep the list let us edit it? */
  readonly isEditable: boolean;
}

/** The Middlewares of an Ingress's own gate, as a list refers to them, in their order. */
const ownOf = ({ namespace, name }: Ingress['metadata']): readonly string[] =>
  [headersMiddleware, gateMiddlewareName(namespace, name)].map((middleware) =>
    spelled({ namespace, name: middleware }),
  );

/** Parts a list into gates of ours, also of the namespace that a manifest was copied from, and all the rest. */
function part({ metadata }: Ingress): Parted {
  const elements = elementsOf(metadata.annotations?.[middlewaresKey]);
  const isEditable = metadata.annotations?.[annotations.allowEdit] === allowed;
  // Others may put theirs between ours, and not all of ours need be left.
  const own = isEditable ? ownOf(metadata) : [];
  const ours: string[] = [];
  const others: string[] = [];
  for (let index = 0; index < elements.length; index += 1) {
    const pair = elements.slice(index, index + 2);
    const isPair = ourPair.test(trimmed(pair).join(','));
    const taken = isPair ? pair : pair.slice(0, 1);
    (isPair || own.includes(taken.join().trim()) ? ours : others).push(...taken);
    if (isPair) index += 1;
  }
  return { ours, others, isShared: trimmed(others).length > 0, isEditable };
}

function objectsFor({ ingress, responder, install }: PlanInput): GateObject[] {
  const { namespace, name, uid } = ingress.metadata;
  const ours = { [labels.install]: install };
  return [
    {
      ...middlewareApi,
      metadata: { name: headersMiddleware, namespace, labels: ours },
      // An L7 proxy that Traefik trusts may pass these two on as a visitor wrote them (design §5); empty removes them.
      spec: { headers: { customRequestHeaders: { 'X-Forwarded-Method': '', 'X-Forwarded-Uri': '' } } },
    },
    {
      ...middlewareApi,
      metadata: {
        name: gateMiddlewareName(namespace, name),
        namespace,
        labels: ours,
        ownerReferences: [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name, uid }],
      },
      spec: {
        forwardAuth: {
          address: gateUrl('forward', responder, { namespace, name }),
          trustForwardHeader: true,
          authRequestHeaders: [...gateRequestHeaders],
          maxResponseBodySize: maxResponseBodyBytes,
        },
      },
    },
  ];
}

function conflict(ingress: Ingress, found: string, value: string): Refusal {
  const { namespace, name } = ingress.metadata;
  return {
    reason: 'Conflict',
    message:
      `Ingress ${namespace}/${name} already has the annotation ${middlewaresKey} (${found}), which Backsoon does not overwrite. ` +
      `To let it be gated, commit where it is kept: ${annotations.gate}: ${preWired} and ${middlewaresKey}: ${value},${found} ` +
      `- or, where no tool puts the list back as git has it, annotate the Ingress with ${annotations.allowEdit}: "${allowed}": ` +
      'then Backsoon puts its Middlewares first, and takes them out again.',
  };
}

function plan(input: PlanInput): GatePlan | { readonly refusal: Refusal } {
  const { namespace, name } = input.ingress.metadata;
  const value = ownOf(input.ingress.metadata).join(',');
  const present = input.ingress.metadata.annotations?.[middlewaresKey];
  const { others, isShared, isEditable } = part(input.ingress);
  const isPreWired = input.ingress.metadata.annotations?.[annotations.gate] === preWired;
  if (isPreWired) {
    const inPlace = trimmed(elementsOf(present)).slice(0, 2).join(',') === value;
    if (inPlace) return { ...planned(input, value), preWired: true };
    return {
      refusal: {
        reason: 'Conflict',
        message:
          `Ingress ${namespace}/${name} is marked ${annotations.gate}: ${preWired}, but its annotation ${middlewaresKey} ` +
          `(${present ?? 'absent'}) does not begin with our Middlewares: commit ${middlewaresKey}: ${[value, ...trimmed(others)].join(',')}`,
      },
    };
  }
  if (isEditable && present !== undefined) {
    const list = isShared ? [value, ...others].join(',') : value;
    return { ...planned(input, list), replaces: { [middlewaresKey]: present } };
  }
  if (isShared) return { refusal: conflict(input.ingress, trimmed(others).join(','), value) };
  return planned(input, value);
}

const planned = (input: PlanInput, value: string): GatePlan => ({
  annotations: { [middlewaresKey]: value },
  objects: objectsFor(input),
  warnings: [],
  preWired: false,
});

function read(ingress: Ingress): GateState {
  const present = ingress.metadata.annotations?.[middlewaresKey];
  const isPreWired = ingress.metadata.annotations?.[annotations.gate] === preWired;
  const { ours, others, isShared, isEditable } = part(ingress);
  // A value that mixes ours with others' is somebody's list: without their leave it is a conflict, and never taken apart.
  const isOurs = ours.length > 0 && (!isShared || isPreWired || isEditable);
  const references = trimmed(elementsOf(present)).filter((element) => ourLook.test(element));
  return {
    annotations: isOurs && present !== undefined ? { [middlewaresKey]: present } : {},
    ...(isOurs && isShared && !isPreWired ? { remains: { [middlewaresKey]: others.join(',') } } : {}),
    references,
    stands: references.length > 0,
    preWired: isPreWired,
  };
}

/** Traefik's kubernetesIngress provider: ForwardAuth by two Middlewares (design §5; facts of v3.7.9). */
export const traefik: Driver = {
  name: 'traefik',
  controllers: ['traefik.io/ingress-controller'],
  objectKinds: ['Middleware'],
  readsCanaries: false,
  ...traefikDataPlane,
  sees: (settings) => ({ ...traefikSees(settings), chain: true }),
  rules: [],
  plan,
  read,
  reference: ({ kind, ...object }) => (kind === 'Middleware' ? spelled(object) : undefined),
};
