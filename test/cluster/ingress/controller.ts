import type { Image } from '../node-agent/images.ts';
import type { Program } from '../platform.ts';
import type { Tool, ToolPaths } from '../tools/catalogue.ts';

export interface ControllerOptions {
  /** How many Pods. */
  readonly replicas: number;
  /** More arguments for the controller's program. */
  readonly extraArguments: readonly string[];
}

/** An ingress controller that the local cluster can run: one entry of the table in controllers.ts. */
export interface IngressController {
  /** What `--ingress` calls it. */
  readonly name: string;
  /** The IngressClass that it serves; its objects hold it. */
  readonly className: string;
  /** Its load balancer: what its sites' DNS names would resolve to. One of addresses.loadBalancers. */
  readonly loadBalancer: string;
  /** Its Service with ports 80 and 443. Its Deployment has the same namespace and name. */
  readonly service: {
    readonly namespace: string;
    readonly name: string;
    /** Fixed, so that the load balancer knows where to go before the controller exists. One of addresses.ingressServices. */
    readonly clusterIP: string;
  };
  /** What has to be built for it. */
  readonly tools: readonly Tool['name'][];
  /** What it runs of the distribution's packages. */
  readonly programs: readonly Program[];
  /** Image name → what to run in its place. */
  readonly images: (tools: ToolPaths) => Readonly<Record<string, Image>>;
  /** A file of CustomResourceDefinitions that it needs, by its name among the tools. */
  readonly crds?: string;
  /** Annotations of the sample shop's Ingress, so that it answers on http. */
  readonly shopAnnotations?: Readonly<Record<string, string>>;
  readonly objects: (options: ControllerOptions) => object[];
  /** What the chart's `ingressControllers.<class>` has to say beside its Service; absent: no driver knows it yet. */
  readonly chart?: {
    readonly driver: string;
    /** namespace/name of the controller's own. */
    readonly configMap?: string;
    /** True when it takes no connection without a PROXY header, the operator's probes neither. */
    readonly proxyProtocol?: true;
  };
}
