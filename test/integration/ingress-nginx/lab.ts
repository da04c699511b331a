import { randomUUID } from 'node:crypto';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { waitFor } from '../../cluster/wait.ts';
import { applyObject, isReady, kubectl, TestNamespace } from '../cluster/pods.ts';
import { appPort, passHeader, responderPort, testHeader, type Seen } from './seen.ts';

export const visitor = '198.51.100.66';
const loadBalancer = process.env['INGRESS_ADDRESS_INGRESS_NGINX'] ?? '';
const configMap = ['-n', 'ingress-nginx', 'configmap', 'ingress-nginx-controller'] as const;
const prefix = 'nginx.ingress.kubernetes.io/';
const program = join(import.meta.dirname, 'programs/lab.ts');

export interface SiteDraft {
  /** Short names of annotations beside a gate's, or in their place; an empty text takes one away. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** False: no gate. A text: the gate's URL ends with it. */
  readonly gate?: false | string;
  readonly service?: string;
  readonly path?: string;
  readonly tls?: boolean;
  /** The site whose host it shares. */
  readonly host?: string;
}

export interface Visit {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** With the pass that the gate lets in. */
  readonly staff?: boolean;
  /** Straight to this address of the controller instead of through the load balancer. */
  readonly at?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** What the lab's programs saw of this request. */
  readonly seen: readonly Seen[];
}

/** An app, a responder and any number of sites behind the played ingress-nginx, in a namespace of their own. */
export class Lab {
  readonly namespace = new TestNamespace();
  #podIp = '';
  #responder = '';

  /** The responder's Service address: what gates ask. */
  get responder(): string {
    return this.#responder;
  }

  get podIp(): string {
    return this.#podIp;
  }

  async start(): Promise<void> {
    await this.namespace.create();
    await this.#service('app', appPort);
    await this.#service('next', appPort);
    await this.#service('responder', responderPort);
    await this.namespace.run('lab', '', {
      restartPolicy: 'Always',
      container: {
        image: 'backsoon.test/node',
        args: [program, 'app', 'responder'],
        readinessProbe: { tcpSocket: { port: appPort }, periodSeconds: 1 },
      },
    });
    const pod = await this.namespace.podThat('lab', 'ready', isReady);
    this.#podIp = pod.status?.podIP ?? '';
    this.#responder = await this.clusterIP('responder');
    await this.externalName('page', this.#responder);
  }

  async stop(): Promise<void> {
    await this.namespace.delete();
  }

  async #service(name: string, targetPort: number): Promise<void> {
    const ports = [{ name: 'http', port: 80, targetPort }];
    await this.namespace.apply('Service', name, { spec: { selector: { app: 'lab' }, ports } });
  }

  /** A Service that is only a name, or an address in the place of one. */
  async externalName(
    name: string,
    externalName: string,
    ports: readonly object[] = [{ port: 80 }],
  ): Promise<void> {
    await this.namespace.apply('Service', name, { spec: { type: 'ExternalName', externalName, ports } });
  }

  async clusterIP(service: string): Promise<string> {
    const field = ['-o', 'jsonpath={.spec.clusterIP}'];
    return await kubectl(['-n', this.namespace.name, 'get', 'service', service, ...field]);
  }

  hostOf(site: string): string {
    return `${site}.${this.namespace.name}.test`;
  }

  /** The annotations of a gate as a driver writes them. */
  gate(site: string, more = ''): Record<string, string> {
    return {
      'auth-url': `http://${this.#responder}:80/gate/nginx/${this.namespace.name}/${site}${more}`,
      'custom-http-errors': '403',
      'default-backend': 'page',
      'disable-proxy-intercept-errors': 'true',
    };
  }

  #ingress(name: string, draft: SiteDraft): object {
    const { gate = '', service = 'app', path = '/', tls = false } = draft;
    const all = { ...(gate === false ? {} : this.gate(name, gate)), ...draft.annotations };
    const annotations = Object.entries(all)
      .filter(([, value]) => value !== '')
      .map(([key, value]) => [prefix + key, value]);
    const host = this.hostOf(draft.host ?? name);
    const backend = { service: { name: service, port: { number: 80 } } };
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        namespace: this.namespace.name,
        name,
        annotations: Object.fromEntries(annotations) as object,
      },
      spec: {
        ingressClassName: 'nginx',
        rules: [{ host, http: { paths: [{ path, pathType: 'Prefix', backend }] } }],
        ...(tls ? { tls: [{ hosts: [host] }] } : {}),
      },
    };
  }

  /** Makes Ingresses, or changes them, and waits until nginx has heard: one more of them, the last, is served. */
  async sites(drafts: Readonly<Record<string, SiteDraft>>, how: Pick<Visit, 'at'> = {}): Promise<void> {
    const mark = `mark-${randomUUID().slice(0, 8)}`;
    const all = Object.entries({ ...drafts, [mark]: { gate: false } as const });
    const items = all.map(([name, draft]) => this.#ingress(name, draft));
    await applyObject({ apiVersion: 'v1', kind: 'List', items });
    await this.eventually(mark, how, ({ status }) => status === 200);
  }

  /** Resolves when nginx runs by everything that was applied so far. */
  async settled(how: Pick<Visit, 'at'> = {}): Promise<void> {
    await this.sites({}, how);
  }

  /** Visits until the answer is as wished, and returns it. */
  async eventually(site: string, how: Visit, wish: (answer: Answer) => boolean): Promise<Answer> {
    return await waitFor(
      async () => {
        const answer = await this.visit(site, how);
        if (wish(answer)) return answer;
        throw new Error(`${answer.status} ${answer.body}`);
      },
      { what: `${site} to answer as wished`, timeoutSeconds: 20 },
    );
  }

  /** One request of a visitor, on a connection of its own. */
  async visit(site: string, how: Visit = {}): Promise<Answer> {
    const { method = 'GET', path = '/', body, at = loadBalancer } = how;
    const test = randomUUID();
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = {
      host: this.hostOf(site),
      [testHeader]: test,
      ...(how.staff === true ? { [passHeader]: 'yes' } : {}),
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      ...how.headers,
    };
    const options = { host: at, port: 80, localAddress: visitor, agent: false, timeout: 10_000 };
    const outgoing = request({ ...options, method, path, headers }, resolve);
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 10 s')));
    outgoing.on('error', reject).end(body);
    const response = await promise;
    const answer = {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: await text(response),
    };
    return { ...answer, seen: await this.seen(test) };
  }

  /** What the programs saw of the requests of a test. */
  async seen(test: string): Promise<Seen[]> {
    const ask = async (port: number): Promise<Seen[]> => {
      const response = await fetch(`http://${this.#podIp}:${port}/seen?test=${test}`);
      return (await response.json()) as Seen[];
    };
    // One program, one memory.
    return await ask(appPort);
  }

  /** A connection of a visitor to the site's load balancer, for requests that no client would send. */
  async dial(at = loadBalancer): Promise<Socket> {
    const socket = connect({ host: at, port: 80, localAddress: visitor });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once('connect', resolve).once('error', reject);
    await promise;
    return socket;
  }

  /** Sends a request as it is written and returns all that comes until the connection ends. */
  async raw(request: string): Promise<{ answer: string; seen: readonly Seen[] }> {
    const test = randomUUID();
    const socket = await this.dial();
    socket.write(request.replace('\r\n\r\n', `\r\n${testHeader}: ${test}\r\n\r\n`));
    const answer = await text(socket);
    return { answer, seen: await this.seen(test) };
  }
}

/** The request as one of the roles saw it. @throws when that role was not asked. */
export function as({ seen, status, body }: Pick<Answer, 'seen'> & Partial<Answer>, role: Seen['role']): Seen {
  const found = seen.find((entry) => entry.role === role);
  if (found !== undefined) return found;
  throw new Error(`the ${role} was not asked; the answer: ${status} ${body}; asked: ${JSON.stringify(seen)}`);
}

/** Who was asked, in order. */
export const roles = ({ seen }: Pick<Answer, 'seen'>): string => seen.map(({ role }) => role).join(' ');

/** Changes keys of the controller's ConfigMap; null takes one away. */
export async function configure(data: Readonly<Record<string, string | null>>): Promise<void> {
  await kubectl(['patch', ...configMap, '--type=merge', '-p', JSON.stringify({ data })]);
}

/** The controller's Pod: dialled directly, there is no load balancer and no PROXY protocol in between. */
export async function controllerAddress(): Promise<string> {
  return await kubectl(['-n', 'ingress-nginx', 'get', 'pods', '-o', 'jsonpath={.items[0].status.podIP}']);
}
