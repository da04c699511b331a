import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addresses, nodeName, ports } from './addresses.ts';
import { ApiClient } from './api-client.ts';
import {
  CertificateAuthority,
  createServiceAccountKeys,
  writeKubeconfig,
  type Certificate,
} from './certificates.ts';
import { Daemon } from './daemon.ts';
import type { ToolPaths } from './tools/catalogue.ts';
import { waitFor } from './wait.ts';

/** Where one run of the cluster keeps what it makes. */
export interface RunDirectories {
  /** State that nobody outside looks at: a tmpfs inside the namespaces. */
  readonly state: string;
  readonly logs: string;
}

/** What the control plane's files and programs are made from. */
interface Materials {
  readonly tools: ToolPaths;
  readonly directories: RunDirectories;
  readonly caPath: string;
  readonly server: Certificate;
  readonly admin: Certificate;
  readonly kubeconfig: string;
  readonly serviceAccountKeys: { privateKey: string; publicKey: string };
}

/** The running control plane. */
export interface ControlPlane {
  readonly api: ApiClient;
  readonly caPath: string;
  readonly kubeconfig: string;
  readonly auditLog: string;
  readonly authority: CertificateAuthority;
  /** Serves the kubelet's API to the API server. */
  readonly server: Certificate;
  /** By program name: etcd, kube-apiserver, kube-controller-manager, kube-proxy. */
  readonly daemons: ReadonlyMap<string, Daemon>;
}

type CommandLine = [string, ...string[]];

function etcd({ tools, directories }: Materials): CommandLine {
  const client = `http://127.0.0.1:${ports.etcdClient}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    tools.program('etcd'),
    `--data-dir=${join(directories.state, 'etcd')}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ];
}

function apiServer(materials: Materials): CommandLine {
  const { tools, directories, server, admin, serviceAccountKeys } = materials;
  const auditPolicy = join(directories.state, 'audit-policy.json');
  writeFileSync(
    auditPolicy,
    JSON.stringify({
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitStages: ['RequestReceived'],
      rules: [{ level: 'Metadata' }],
    }),
  );
  return [
    tools.program('kube-apiserver'),
    `--etcd-servers=http://127.0.0.1:${ports.etcdClient}`,
    `--secure-port=${ports.apiServer}`,
    `--advertise-address=${addresses.node}`,
    `--service-cluster-ip-range=${addresses.serviceCidr}`,
    '--authorization-mode=RBAC',
    `--client-ca-file=${materials.caPath}`,
    `--tls-cert-file=${server.certificate}`,
    `--tls-private-key-file=${server.key}`,
    `--cert-dir=${directories.state}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${serviceAccountKeys.publicKey}`,
    `--service-account-signing-key-file=${serviceAccountKeys.privateKey}`,
    `--kubelet-client-certificate=${admin.certificate}`,
    `--kubelet-client-key=${admin.key}`,
    '--kubelet-preferred-address-types=InternalIP',
    `--audit-policy-file=${auditPolicy}`,
    `--audit-log-path=${auditLogPath(directories)}`,
  ];
}

function controllerManager({
  tools,
  directories,
  caPath,
  kubeconfig,
  serviceAccountKeys,
}: Materials): CommandLine {
  return [
    tools.program('kube-controller-manager'),
    `--kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
    // Nobody renews the node's Lease, and Pods must not be evicted for that.
    '--controllers=*,-node-lifecycle-controller',
    `--root-ca-file=${caPath}`,
    `--service-account-private-key-file=${serviceAccountKeys.privateKey}`,
    '--use-service-account-credentials=true',
    `--cert-dir=${directories.state}`,
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ];
}

// No --cluster-cidr on purpose: with it, kube-proxy hides the load balancer's address from the ingress controller.
function kubeProxy({ tools, kubeconfig }: Materials): CommandLine {
  return [
    tools.program('kube-proxy'),
    `--kubeconfig=${kubeconfig}`,
    '--proxy-mode=nftables',
    `--hostname-override=${nodeName}`,
    '--conntrack-max-per-core=0',
    '--conntrack-tcp-timeout-established=0',
    '--conntrack-tcp-timeout-close-wait=0',
  ];
}

const auditLogPath = (directories: RunDirectories): string => join(directories.logs, 'audit.log');

async function prepare(
  tools: ToolPaths,
  directories: RunDirectories,
  authority: CertificateAuthority,
): Promise<Materials> {
  await authority.create();
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost'];
  const ips = [addresses.node, addresses.kubernetesService, '127.0.0.1'];
  const [server, admin] = await Promise.all([
    authority.issue({
      name: 'api-server',
      commonName: 'kube-apiserver',
      alternativeNames: [...names.map((name) => `DNS:${name}`), ...ips.map((ip) => `IP:${ip}`)],
    }),
    authority.issue({ name: 'admin', commonName: 'admin', organization: 'system:masters' }),
  ]);
  const component = async (user: string): Promise<string> => {
    const certificate = await authority.issue({
      name: user,
      commonName: user,
      organization: 'system:masters',
    });
    return writeKubeconfig(
      join(directories.state, `${user}.kubeconfig`),
      authority.certificatePath,
      certificate,
    );
  };
  return {
    tools,
    directories,
    caPath: authority.certificatePath,
    server,
    admin,
    kubeconfig: await component('local-control-plane'),
    serviceAccountKeys: createServiceAccountKeys(authority.directory),
  };
}

/** Starts etcd, the API server, the controllers and kube-proxy; resolves when the API server is ready. */
export async function startControlPlane(
  tools: ToolPaths,
  directories: RunDirectories,
  onCrash: (daemon: Daemon) => void,
): Promise<ControlPlane> {
  const authority = new CertificateAuthority(join(directories.state, 'certificates'));
  mkdirSync(authority.directory, { recursive: true });
  const materials = await prepare(tools, directories, authority);
  const kubeconfig = writeKubeconfig(
    join(directories.state, 'kubeconfig'),
    authority.certificatePath,
    materials.admin,
  );
  const agent = await authority.issue({
    name: 'node',
    commonName: `system:node:${nodeName}`,
    organization: 'system:masters',
  });
  const api = new ApiClient(authority.certificatePath, agent);

  const daemons = new Map<string, Daemon>();
  const start = (name: string, command: CommandLine): void => {
    const daemon = new Daemon({ name, command, logPath: join(directories.logs, `${name}.log`), onCrash });
    daemons.set(name, daemon);
    daemon.start();
  };
  start('etcd', etcd(materials));
  start('kube-apiserver', apiServer(materials));
  await waitFor(async () => await api.call<string>({ path: '/readyz' }), {
    what: 'the API server to be ready',
    timeoutSeconds: 60,
  });
  start('kube-controller-manager', controllerManager(materials));
  start('kube-proxy', kubeProxy(materials));
  return {
    api,
    caPath: authority.certificatePath,
    kubeconfig,
    auditLog: auditLogPath(directories),
    authority,
    server: materials.server,
    daemons,
  };
}
