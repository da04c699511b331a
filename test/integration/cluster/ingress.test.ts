import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { addressVariable, controllerNamed } from '../../cluster/ingress/controllers.ts';
import { shopFronts } from '../../cluster/shop.ts';
import { kubectl } from './pods.ts';

const run = promisify(execFile);

/** Those that the integration tests' cluster has (scripts/test.ts), in its order. */
const controllers = ['traefik', 'traefik-nginx', 'haproxy-ingress', 'ingress-nginx'].map(controllerNamed);

/** Where visitors reach the shop by each controller. */
const doors = shopFronts(controllers).map(({ name, hosts: [host] }, index) => ({
  ingress: name,
  host,
  controller: controllers[index]?.name ?? '',
  address: process.env[controllers[index] ? addressVariable(controllers[index]) : ''] ?? '',
}));

interface Visit {
  /** The visitor's address, of the visitors' range. */
  readonly from: string;
  /** The load balancer. */
  readonly at: string;
  readonly url: string;
  readonly headers?: readonly string[];
}

/** A visitor's request. Returns its answer's status. */
async function visit({ from, at, url, headers = [] }: Visit): Promise<number> {
  const fields = headers.flatMap((header) => ['-H', header]);
  const how = ['-sk', '--max-time', '10', '-o', '/dev/null', '-w', '%{http_code}', '--interface', from];
  const { stdout } = await run('curl', [...how, '--connect-to', `::${at}:`, ...fields, url]);
  return Number(stdout);
}

interface Seen {
  readonly path: string;
  readonly xForwardedFor: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Whose address the shop saw with the last request for a path. */
function seenBy(path: string): { forwardedFor: string; realIp: string | undefined } {
  const lines = readFileSync(process.env['BACKSOON_SHOP_LOG'] ?? '', 'utf8')
    .trim()
    .split('\n');
  const found = lines.map((line) => JSON.parse(line) as Seen).findLast((entry) => entry.path === path);
  if (found === undefined) throw new Error(`${path} is not in the shop's access log`);
  return { forwardedFor: found.xForwardedFor, realIp: found.headers['x-real-ip'] };
}

describe('ingress controllers of the local cluster, side by side', () => {
  it('have an address each', () => {
    expect(new Set(doors.map(({ address }) => address)).size).to.equal(doors.length);
    expect(process.env['INGRESS_ADDRESS'], 'the first one’s').to.equal(doors[0]?.address);
  });

  for (const { controller, ingress, host, address } of doors) {
    describe(controller, () => {
      it('serves the shop to visitors, who keep their address', async () => {
        const path = `/?plain-${controller}`;
        expect(await visit({ from: '198.51.100.77', at: address, url: `http://${host}${path}` })).to.equal(
          200,
        );
        expect(seenBy(path)).to.deep.equal({ forwardedFor: '198.51.100.77', realIp: '198.51.100.77' });
      });

      it('serves it with TLS', async () => {
        const path = `/?tls-${controller}`;
        expect(await visit({ from: '198.51.100.78', at: address, url: `https://${host}${path}` })).to.equal(
          200,
        );
        expect(seenBy(path)).to.deep.equal({ forwardedFor: '198.51.100.78', realIp: '198.51.100.78' });
      });

      it('believes no address that a visitor writes', async () => {
        const path = `/?forged-${controller}`;
        const headers = ['X-Forwarded-For: 127.0.0.1', 'X-Real-IP: 127.0.0.1'];
        await visit({ from: '198.51.100.79', at: address, url: `http://${host}${path}`, headers });
        expect(seenBy(path)).to.deep.equal({ forwardedFor: '198.51.100.79', realIp: '198.51.100.79' });
      });

      it('writes its load balancer into the status of its Ingress', async () => {
        const path = 'jsonpath={.status.loadBalancer.ingress[*].ip}';
        expect(await kubectl(['-n', 'shop', 'get', 'ingress', ingress, '-o', path])).to.equal(address);
      });

      it('leaves the sites of the others alone', async () => {
        for (const other of doors.filter((door) => door.controller !== controller)) {
          const url = `http://${other.host}/`;
          expect(await visit({ from: '198.51.100.80', at: address, url }), other.host).to.equal(404);
        }
      });
    });
  }
});
