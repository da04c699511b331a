import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
const address = process.env['INGRESS_ADDRESS'] ?? '';

/** A visitor's request; `from` is an address of the visitors' range. Returns what curl printed. */
async function visit(from: string, url: string, ...more: readonly string[]): Promise<string> {
  const to = ['--connect-to', `::${address}:`];
  const { stdout } = await run('curl', ['-sk', '--max-time', '10', '--interface', from, ...to, ...more, url]);
  return stdout;
}

/** The last line of the shop's access log for a path. */
function seenBy(path: string): { xForwardedFor: string; method: string } {
  const lines = readFileSync(process.env['BACKSOON_SHOP_LOG'] ?? '', 'utf8')
    .trim()
    .split('\n');
  const entries = lines.map(
    (line) => JSON.parse(line) as { path: string; xForwardedFor: string; method: string },
  );
  const found = entries.findLast((entry) => entry.path === path);
  if (found === undefined) throw new Error(`${path} is not in the shop's access log`);
  return found;
}

describe('visitors of the local cluster', () => {
  it('keep their address through the load balancer and the ingress controller', async () => {
    await visit('198.51.100.77', 'http://shop.test/?plain');
    expect(seenBy('/?plain').xForwardedFor).to.equal('198.51.100.77');
  });

  it('keep their address with TLS', async () => {
    const page = await visit('198.51.100.78', 'https://shop.localhost/?tls');
    expect(page).to.contain('The Corner Shop');
    expect(seenBy('/?tls').xForwardedFor).to.equal('198.51.100.78');
  });

  it('cannot forge an address', async () => {
    await visit('198.51.100.79', 'http://shop.test/?forged', '-H', 'X-Forwarded-For: 127.0.0.1');
    expect(seenBy('/?forged').xForwardedFor).to.equal('198.51.100.79');
  });

  it('meet an Ingress that knows its load balancer', async () => {
    const path = 'jsonpath={.status.loadBalancer.ingress[0].ip}';
    const { stdout } = await run('kubectl', ['-n', 'shop', 'get', 'ingress', 'shop', '-o', path]);
    expect(stdout).to.equal(address);
  });
});
