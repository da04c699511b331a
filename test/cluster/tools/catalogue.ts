import { join } from 'node:path';

/** One Go module of this folder, and the programs that are built from it. */
export interface Tool {
  readonly name: 'etcd' | 'kubernetes' | 'helm' | 'traefik' | 'haproxy-ingress';
  readonly version: string;
  /** Program name → Go package. */
  readonly programs: Readonly<Record<string, string>>;
  readonly ldflags: string;
  /** Files and folders of the module itself that are kept beside its programs: path in the module → name in the cache. */
  readonly files?: { readonly module: string; readonly copies: Readonly<Record<string, string>> };
  /** Arguments that make a program print its version. */
  readonly versionArguments: readonly string[];
}

const kubernetesVersion = 'v1.37.2';
const component = 'k8s.io/component-base/version';

export const tools: readonly Tool[] = [
  {
    name: 'etcd',
    version: 'v3.7.3',
    programs: { etcd: 'go.etcd.io/etcd/server/v3' },
    ldflags: '-s -w',
    versionArguments: ['--version'],
  },
  {
    name: 'kubernetes',
    version: kubernetesVersion,
    programs: {
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
      'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
      kubectl: 'k8s.io/kubernetes/cmd/kubectl',
    },
    // kubectl and Helm reject a server that does not know its version.
    ldflags: `-s -w -X ${component}.gitVersion=${kubernetesVersion} -X ${component}.gitMajor=1 -X ${component}.gitMinor=37`,
    versionArguments: ['--version'],
  },
  {
    name: 'helm',
    version: 'v4.3.1',
    programs: { helm: 'helm.sh/helm/v4/cmd/helm' },
    ldflags: '-s -w -X helm.sh/helm/v4/internal/version.version=v4.3.1',
    versionArguments: ['version', '--short'],
  },
  {
    name: 'traefik',
    version: 'v3.7.9',
    programs: { traefik: 'github.com/traefik/traefik/v3/cmd/traefik' },
    ldflags: '-s -w -X github.com/traefik/traefik/v3/pkg/version.Version=3.7.9',
    files: {
      module: 'github.com/traefik/traefik/v3',
      copies: {
        'docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml': 'traefik-crds.yaml',
      },
    },
    versionArguments: ['version'],
  },
  {
    name: 'haproxy-ingress',
    version: 'v0.16.1',
    programs: { 'haproxy-ingress-controller': 'github.com/jcmoraisjr/haproxy-ingress/pkg' },
    ldflags: '-s -w -X github.com/jcmoraisjr/haproxy-ingress/pkg/version.RELEASE=v0.16.1',
    files: {
      module: 'github.com/jcmoraisjr/haproxy-ingress',
      // What its image copies to /: templates, Lua, and the script that reloads HAProxy.
      copies: { rootfs: 'haproxy-ingress-rootfs' },
    },
    versionArguments: ['--version'],
  },
];

/** Where the built programs and the files beside them are. Plain data, so that it can be handed to another process. */
export class ToolPaths {
  readonly paths: Readonly<Record<string, string>>;

  constructor(paths: Readonly<Record<string, string>>) {
    this.paths = paths;
  }

  /** @throws Error when the program was not asked for before the cluster was started. */
  program(name: string): string {
    const path = this.paths[name];
    if (path === undefined) throw new Error(`${name} was not built for this run`);
    return path;
  }
}

/** The folder of a tool's Go module. */
export const moduleDirectory = (tool: Tool): string => join(import.meta.dirname, tool.name);
