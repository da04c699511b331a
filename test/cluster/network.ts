import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { addresses } from './addresses.ts';

/** Runs a batch of `ip` commands, one per line. @throws Error with what `ip` said. */
function ip(lines: readonly string[], namespace?: string): void {
  const args = namespace === undefined ? ['-batch', '-'] : ['-n', namespace, '-batch', '-'];
  execFileSync('ip', args, { input: `${lines.join('\n')}\n`, stdio: ['pipe', 'ignore', 'pipe'] });
}

/**
 * Makes the private network namespace a node: it forwards, it owns the load balancers' addresses,
 * and every visitor's address is local to it. Needs no bridge and no kernel module beyond veth and nftables.
 */
export function setUpNode(loadBalancers: readonly string[]): void {
  ip([
    'link set lo up',
    `addr add ${addresses.node}/32 dev lo`,
    ...loadBalancers.map((address) => `addr add ${address}/32 dev lo`),
    `route add local ${addresses.visitorCidr} dev lo`,
    `route add local ${addresses.proxyCidr} dev lo`,
    // Without this, whoever dials a load balancer without choosing an address would seem to be the load balancer.
    ...loadBalancers.map(
      (address) =>
        `route replace local ${address} dev lo table local proto kernel scope host src ${addresses.defaultVisitor}`,
    ),
    // The node itself dials Service addresses too; kube-proxy rewrites them after this route was found.
    `route add ${addresses.serviceCidr} dev lo src ${addresses.node}`,
  ]);
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
  // Without a route a dead Pod's address fails at once, as it does on a cluster.
  ip([`route add unreachable ${addresses.podCidr}`]);
}

/** The private network of one Pod. */
export interface PodNetwork {
  readonly address: string;
  /** The file that `nsenter --net` takes. */
  readonly path: string;
}

/** Hands out Pod addresses; one that was given back is reused last. */
export class PodNetworks {
  readonly #free: number[] = Array.from({ length: 250 }, (_, index) => index + 2);

  /** @throws Error when all addresses are taken. */
  create(): PodNetwork {
    const number = this.#free.shift();
    if (number === undefined) throw new Error('no Pod address is free');
    const name = `pod${number}`;
    const address = `${addresses.podPrefix}${number}`;
    mkdirSync('/run/netns', { recursive: true });
    ip([
      `netns add ${name}`,
      `link add veth${number} type veth peer name eth0 netns ${name}`,
      `addr add ${addresses.node}/32 dev veth${number}`,
      `link set veth${number} up`,
      `route add ${address}/32 dev veth${number} src ${addresses.node}`,
    ]);
    ip(
      [
        'link set lo up',
        `addr add ${address}/32 dev eth0`,
        'link set eth0 up',
        `route add ${addresses.node} dev eth0 scope link`,
        `route add default via ${addresses.node}`,
      ],
      name,
    );
    return { address, path: `/run/netns/${name}` };
  }

  remove(network: PodNetwork): void {
    const number = Number(network.address.slice(addresses.podPrefix.length));
    try {
      ip([`link del veth${number}`, `netns del pod${number}`]);
    } finally {
      this.#free.push(number);
    }
  }
}
