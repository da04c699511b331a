/** Every name that Backsoon gives to something in a cluster. Said here and nowhere else. */

export const group = 'backsoon.dev';
export const version = 'v1alpha1';
export const apiVersion = `${group}/${version}`;
export const kind = 'MaintenanceWindow';

/** Server-side apply's field manager. It never begins with `kubectl`: Flux strips managers that do. */
export const fieldManager = (installNamespace: string): string => `backsoon-${installNamespace}`;

export const labels = {
  /** On each object that Backsoon makes; its value is the install's namespace. */
  install: `${group}/install`,
  /** What a ConfigMap in the install's namespace is: `policy` or `network`. */
  role: `${group}/role`,
  /** On a ConfigMap that a window may use as its page's template. */
  template: `${group}/template`,
  /** On a policy: the namespace of its window. */
  windowNamespace: `${group}/window-namespace`,
} as const;

export const annotations = {
  /** On an Ingress, `pre-wired`: git holds the gate's value there for good. */
  gate: `${group}/gate`,
  /** On an Ingress: when it was changed only for its controller to read it again. */
  touched: `${group}/touched`,
  /** On an Ingress, `"true"`: Backsoon may put its elements into lists that others keep there, and takes them out again. */
  allowEdit: `${group}/allow-edit`,
  /** On the keys' Secret: the instant at which the current key became current. */
  currentKeySince: `${group}/current-key-since`,
} as const;

/** The label `role`'s values. */
export const roles = {
  policy: 'policy',
  network: 'network',
  state: 'state',
  responder: 'responder',
} as const;

export const preWired = 'pre-wired';
/** The value of `allow-edit`. */
export const allowed = 'true';

export const names = {
  /** The responder's Service, Deployment and PodDisruptionBudget. */
  responder: 'backsoon-responder',
  /** In app namespaces: the Service through which ingress-nginx finds the page. */
  pageService: 'backsoon',
  /** The Secret with the keys that sign probes and cookies. */
  keys: 'backsoon-keys',
  /** The ConfigMap with the client-address settings of all ingress classes. */
  network: 'backsoon-network',
  /** The ConfigMap that remembers what must survive a deleted object: the responder's ClusterIP. */
  state: 'backsoon-state',
  /** The operator's leader-election Lease. */
  lease: 'backsoon-operator',
  policy: (windowUid: string): string => `backsoon-policy-${windowUid}`,
} as const;

/** Keys of the `data` of a policy ConfigMap and of the network ConfigMap. */
export const dataKeys = {
  policy: 'policy.json',
  acceptedSpec: 'accepted-spec.json',
  network: 'network.json',
} as const;

export const ports = {
  /** The responder's Service port: what gates address. */
  gate: 80,
  /** The responder's container ports. */
  gateContainer: 8080,
  admin: 9090,
} as const;

/** Where gates ask, before `<namespace>/<ingress>`: one path for each flavour of gate (design §5). */
export const gatePaths = { forward: '/gate/forward/', nginx: '/gate/nginx/' } as const;

/** Where visitors give up their cookies, on the closed site itself. */
export const signOutPath = '/.well-known/backsoon/sign-out';
