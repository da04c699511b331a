import { parseArgs } from 'node:util';
import { exitCodes, Failure } from './failure.ts';
import { controllerNamed, controllerNames } from './ingress/controllers.ts';

export interface ClusterOptions {
  /** Names of the ingress controllers; INGRESS_ADDRESS, the shop and the host's door belong to the first. */
  readonly ingress: readonly string[];
  readonly replicas: number;
  /** More arguments of the ingress controllers' programs, by their names. */
  readonly ingressArguments: Readonly<Record<string, readonly string[]>>;
  readonly install: boolean;
  /** Arguments for `helm install`: values files and single values. */
  readonly helmArguments: readonly string[];
  readonly shop: boolean;
  readonly quiet: boolean;
  /** `name=command`: what to run in place of an image. */
  readonly images: readonly string[];
  /** Ports wished for on the host; 0 means any. */
  readonly httpPort: number;
  readonly httpsPort: number;
  /** What to run inside; empty: wait for Ctrl-C. */
  readonly command: readonly string[];
}

export const usage = `Usage: npm run cluster -- [options] [-- COMMAND ...]

Boots a real Kubernetes in private namespaces, runs COMMAND inside it and exits with its status.
Without COMMAND it says how to reach the cluster and waits for Ctrl-C.

  --ingress NAME[,NAME]    the ingress controllers, or none (default: traefik)
                           known: ${controllerNames.join(', ')}
  --replicas N             Pods of each ingress controller (default: 1)
  --ingress-arg NAME=ARG   one more argument for that ingress controller; may be repeated
  --install                build Backsoon and install its Helm chart
  --values FILE            for --install, as in helm; may be repeated
  --set KEY=VALUE          for --install, as in helm; may be repeated
  --shop                   install the sample shop, one Ingress for each ingress controller
  --image NAME=COMMAND     run COMMAND where a Pod names the image NAME; may be repeated
  --http-port N            port on the host's loopback (default: any)
  --https-port N           the same for TLS
  --quiet                  print nothing but errors
`;

function parseNumber(text: string, name: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new Failure(`--${name} takes a number, not ${text}.`, exitCodes.usage);
}

function parseIngress(text: string): string[] {
  if (text === 'none') return [];
  return [...new Set(text.split(',').map((name) => controllerNamed(name).name))];
}

/** `traefik=--log.level=DEBUG`, once for each argument, by the controllers' names. */
function parseIngressArguments(texts: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) throw new Failure(`--ingress-arg takes NAME=ARG, not ${text}.`, exitCodes.usage);
    (found[controllerNamed(text.slice(0, at)).name] ??= []).push(text.slice(at + 1));
  }
  return found;
}

/** @throws Failure when an option is unknown or has no meaning. */
export function parseOptions(argv: readonly string[]): ClusterOptions {
  const split = argv.indexOf('--');
  const own = split === -1 ? argv : argv.slice(0, split);
  const command = split === -1 ? [] : argv.slice(split + 1);
  const values = parse(own);
  return {
    ingress: parseIngress(values.ingress),
    replicas: parseNumber(values.replicas, 'replicas'),
    ingressArguments: parseIngressArguments(values['ingress-arg']),
    install: values.install,
    helmArguments: [
      ...values.values.flatMap((file) => ['--values', file]),
      ...values.set.flatMap((pair) => ['--set', pair]),
    ],
    shop: values.shop,
    quiet: values.quiet,
    images: values.image,
    httpPort: parseNumber(values['http-port'], 'http-port'),
    httpsPort: parseNumber(values['https-port'], 'https-port'),
    command,
  };
}

function parse(own: readonly string[]) {
  try {
    return parseArgs({
      args: [...own],
      strict: true,
      allowPositionals: false,
      options: {
        ingress: { type: 'string', default: 'traefik' },
        replicas: { type: 'string', default: '1' },
        'ingress-arg': { type: 'string', multiple: true, default: [] },
        install: { type: 'boolean', default: false },
        values: { type: 'string', multiple: true, default: [] },
        set: { type: 'string', multiple: true, default: [] },
        shop: { type: 'boolean', default: false },
        quiet: { type: 'boolean', default: false },
        image: { type: 'string', multiple: true, default: [] },
        'http-port': { type: 'string', default: '0' },
        'https-port': { type: 'string', default: '0' },
      },
    }).values;
  } catch (error) {
    throw new Failure(`${(error as Error).message}\n\n${usage}`, exitCodes.usage);
  }
}
