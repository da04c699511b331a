import { isKubeError } from '../../../src/kube/errors.ts';
import { resources } from '../../../src/kube/resources.ts';
import type { Closure } from './closures.ts';
import { closureBegins, forgetClosures } from './closures.ts';
import { api } from './cluster.ts';
import { Crowd } from './crowd.ts';
import { hostOf } from './dns.ts';
import { eventually } from './eventually.ts';
import { visit } from './visitor.ts';
import type { WindowDraft } from './window.ts';

/** A site of a test's own: a namespace, a Service that leads to the sample shop, an Ingress, and people who try it. */
export interface Site {
  readonly namespace: string;
  readonly host: string;
  /** The name of its Ingress. */
  readonly ingress: string;
  readonly crowd: Crowd;
}

export interface IngressDraft {
  readonly namespace: string;
  readonly name: string;
  readonly host: string;
  /** More hosts of the same site. */
  readonly aliases?: readonly string[];
  readonly className?: string | undefined;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Is it served by TLS under these names? Some controllers do only what the Ingress says. */
  readonly tls?: boolean;
}

const fieldManager = 'e2e';
const service = 'app';

async function create(object: {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
}): Promise<void> {
  const resource = Object.values(resources).find(({ kind }) => kind === object.kind);
  if (resource === undefined) throw new Error(`no resource of kind ${object.kind}`);
  await api.apply(resource, object, { fieldManager, force: true });
}

/** The one Pod of the sample shop serves all sites: what differs between them is their gates. */
async function shopAddress(): Promise<string> {
  const pods = await api.list(resources.pods, { namespace: 'shop', labelSelector: 'app=shop' });
  const address = pods.items[0]?.status?.podIP;
  if (address === undefined) throw new Error('the sample shop has no Pod: start the cluster with --shop');
  return address;
}

export async function createIngress(draft: IngressDraft): Promise<void> {
  const { namespace, name, host, aliases = [], labels, annotations, tls = false } = draft;
  const className = 'className' in draft ? draft.className : 'traefik';
  const backend = { service: { name: service, port: { name: 'http' } } };
  const spec = {
    ...(className === undefined ? {} : { ingressClassName: className }),
    ...(tls ? { tls: [{ hosts: [host, ...aliases] }] } : {}),
    rules: [host, ...aliases].map((host) => ({
      host,
      http: { paths: [{ path: '/', pathType: 'Prefix', backend }] },
    })),
  };
  const metadata = {
    namespace,
    name,
    // An empty map that is applied would be owned as a whole.
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  await create({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec } as IngressObject);
}

type IngressObject = Parameters<typeof create>[0];

/** A namespace in which the Service `app` leads to the sample shop. */
export async function createNamespace(namespace: string): Promise<void> {
  const metadata = { name: service, namespace };
  const object = <T extends { kind: string }>(rest: T) => ({ apiVersion: 'v1', metadata, ...rest });
  await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await create(object({ kind: 'Service', spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }] } }));
  await create({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [await shopAddress()], conditions: { ready: true } }],
    ports: [{ name: 'http', port: 8080 }],
  } as Parameters<typeof create>[0]);
}

/** Resolves when visitors get the site, and its Ingress says where it is served. */
export async function isServed({ namespace, ingress, host }: Omit<Site, 'crowd'>): Promise<void> {
  await eventually(`the site ${host}`, async () => {
    const { status } = await visit(host, { path: '/healthz' });
    if (status !== 200) throw new Error(`status ${status}`);
    const { status: state } = await api.get(resources.ingresses, { namespace, name: ingress });
    if (state?.loadBalancer?.ingress === undefined)
      throw new Error('no address in the status of the Ingress');
  });
}

interface SiteOptions {
  /** The crowd's. */
  readonly perSecond?: number;
  /** Who serves it, such as haproxy. */
  readonly className?: string;
}

/** Makes a site and sends a crowd to it. Take it down with {@link removeSite}. */
export async function openSite(
  name: string,
  { perSecond, className = 'traefik' }: SiteOptions = {},
): Promise<Site> {
  const site = { namespace: `e2e-${name}`, host: hostOf(name, className), ingress: 'app' };
  await createNamespace(site.namespace);
  await createIngress({ ...site, name: site.ingress, className });
  await isServed(site);
  return { ...site, crowd: new Crowd(site.host, perSecond === undefined ? {} : { perSecond }) };
}

/** Another site in the namespace of one, with a crowd of its own. */
export async function openNextTo(
  site: Site,
  draft: Omit<IngressDraft, 'namespace'>,
  { perSecond }: { perSecond?: number } = {},
): Promise<Site> {
  await createIngress({ ...draft, namespace: site.namespace });
  const next = { namespace: site.namespace, host: draft.host, ingress: draft.name };
  await isServed(next);
  return { ...next, crowd: new Crowd(next.host, perSecond === undefined ? {} : { perSecond }) };
}

export async function removeSite(site: Site | undefined): Promise<void> {
  if (site === undefined) return;
  forgetClosures(site.host);
  await site.crowd.leave();
  try {
    await api.delete(resources.namespaces, { name: site.namespace });
  } catch (error) {
    // What the test itself deleted is gone.
    if (!isKubeError(error, 'NotFound')) throw error;
  }
}

/** From now on nobody without a pass of each of these windows may get to the app. */
export const staysClosed = ({ host, crowd }: Site, windows: readonly WindowDraft[], from?: number): Closure =>
  closureBegins({
    host,
    crowd,
    specs: windows.map(({ spec }) => spec),
    ...(from === undefined ? {} : { from }),
  });
