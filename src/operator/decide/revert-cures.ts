import { annotationPointer } from './annotation-pointer.ts';

/** What is fought over, and by whom. */
export interface Dispute {
  /** The annotations of the gate. */
  readonly keys: readonly string[];
  /** Our field manager. */
  readonly ours: string;
}

const pointers = ({ keys }: Dispute): string => JSON.stringify(keys.map(annotationPointer));

/** Field managers that are known by name, and what to configure there. The first one that fits counts. */
const cures: readonly {
  readonly manager: RegExp;
  readonly cure: (dispute: Dispute) => string;
}[] = [
  {
    // argocd-controller, or what the annotation argocd.argoproj.io/... and ARGOCD_K8S_SERVER_SIDE_FIELD_MANAGER set.
    manager: /argo-?cd/i,
    cure: (dispute) =>
      'Argo CD undoes what git sets: leave the annotation out of git, or let the Application ignore it by ' +
      `spec.ignoreDifferences: [{ group: networking.k8s.io, kind: Ingress, jsonPointers: ${pointers(dispute)} }] together with ` +
      'the sync option RespectIgnoreDifferences=true. With the sync option Replace=true it takes off every annotation that git has not.',
  },
  {
    manager: /^kustomize-controller$/,
    cure: ({ ours }) =>
      'Flux undoes what git sets: leave the annotation out of git; what git has not, kustomize-controller leaves alone, ' +
      `as long as its --override-manager does not name ${ours}.`,
  },
  {
    manager: /^helm-controller$/,
    cure: (dispute) =>
      'Flux undoes what the chart sets: leave the annotation out of the values, or let the HelmRelease ignore it by ' +
      `spec.driftDetection.ignore: [{ paths: ${pointers(dispute)}, target: { kind: Ingress } }].`,
  },
  {
    manager: /^helm$/i,
    cure: () => 'Helm writes what the chart sets: leave the annotation out of the values.',
  },
  {
    manager: /^kubectl/,
    cure: () =>
      'Somebody used kubectl: leave the annotation alone while a window wants it; kubectl edit and replace with an older copy take it off.',
  },
];

/** What to do about a field manager that writes over our gates. */
export function cureFor(manager: string | undefined, dispute: Dispute): string {
  const known = manager === undefined ? undefined : cures.find((each) => each.manager.test(manager));
  if (known !== undefined) return known.cure(dispute);
  const who = manager ?? 'whatever writes this Ingress (Argo CD, Flux, a script, a person)';
  return `Configure ${who} to leave ${dispute.keys.join(', ')} to the field manager ${dispute.ours}.`;
}
