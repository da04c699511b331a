import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ResponderStatus } from '../../src/api/responder-status.ts';
import { labels, names, ports, roles } from '../../src/api/names.ts';
import { resources } from '../../src/kube/resources.ts';
import { setChartValue } from './toolkit/chart.ts';
import { scenario } from './toolkit/closures.ts';
import { api, inside, installNamespace, kubectl } from './toolkit/cluster.ts';
import { eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { holderOf, sha256Of, visit } from './toolkit/visitor.ts';
import { aWindow, newToken, withToken } from './toolkit/window.ts';
import { applyWindow, conditionBecomes } from './toolkit/windows.ts';

interface Key {
  readonly id: string;
  readonly key: string;
}
type Keys = Readonly<Partial<Record<'current' | 'previous' | 'next', Key>>>;

async function keysNow(): Promise<Keys> {
  const secret = await api.get(resources.secrets, { namespace: installNamespace, name: names.keys });
  return JSON.parse(Buffer.from(secret.data?.['keys.json'] ?? '', 'base64').toString('utf8')) as Keys;
}

/** What each responder says of itself. */
async function statuses(): Promise<readonly ResponderStatus[]> {
  const selection = { namespace: installNamespace, labelSelector: `${labels.role}=${roles.responder}` };
  const { items } = await api.list(resources.pods, selection);
  return Promise.all(
    items.map(async ({ status }) => {
      const response = await fetch(`http://${status?.podIP}:${ports.admin}/status`);
      return (await response.json()) as ResponderStatus;
    }),
  );
}

/** All that any program of the cluster has written down. */
function allLogs(): string {
  const directory = inside('BACKSOON_CLUSTER_LOGS');
  return readdirSync(directory)
    .map((file) => readFileSync(join(directory, file), 'utf8'))
    .join('\n');
}

scenario('a signing key that changes', function () {
  this.timeout(120_000);
  const token = newToken();
  const namespace = 'e2e-keys';
  const window = aWindow({ namespace }, withToken(token));
  let site: Site;

  before(async () => {
    site = await openSite('keys');
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
  });
  after(async () => {
    await removeSite(site);
    await setChartValue('keyRotationHours', 720);
  });

  const cookieOf = async (): Promise<string> => {
    const { headers } = await visit(site.host, { headers: { 'backsoon-exchange': token } });
    const [cookie = ''] = headers['set-cookie'] ?? [];
    expect(cookie).to.match(/^__Host-backsoon-/);
    return cookie.split(';')[0] ?? '';
  };
  const statusWith = async (cookie: string): Promise<number> => {
    const agent = { 'user-agent': holderOf(sha256Of(token)) };
    return (await visit(site.host, { headers: { cookie, ...agent } })).status;
  };

  it('leaves staff in, visitors out and the gate proven', async () => {
    const closure = staysClosed(site, [window]);
    const cookie = await cookieOf();
    expect(await statusWith(cookie)).to.equal(200);
    const first = (await keysNow()).current;

    await setChartValue('keyRotationHours', 0.001);
    const after = await eventually(
      'a new key signs, and the old one is kept',
      async () => {
        const keys = await keysNow();
        expect(keys.current?.id).not.to.equal(first?.id);
        expect(keys.previous).to.deep.equal(first);
        return keys;
      },
      { within: 60 },
    );
    expect(await statusWith(cookie), 'a cookie of before').to.equal(200);
    await eventually('all responders hold both', async () => {
      for (const { keys } of await statuses()) {
        expect(keys.slice(0, 2)).to.deep.equal([after.current?.id, first?.id]);
      }
    });
    expect(await statusWith(cookie), 'a cookie of before').to.equal(200);
    expect(await statusWith(await cookieOf()), 'a cookie of after').to.equal(200);
    expect((await visit(site.host)).status).to.equal(503);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    closure.end();
  });

  it('is told of by its id alone', async () => {
    const material = Object.values(await keysNow()).map(({ key }) => key);
    expect(material).to.have.length.within(2, 3);
    const told = [
      allLogs(),
      JSON.stringify(await statuses()),
      await kubectl(['get', 'events', '-A', '-o', 'json']),
      await kubectl(['get', 'mwin,cm', '-A', '-o', 'json']),
    ];
    for (const text of told) {
      expect(text).not.to.equal('');
      expect(material.filter((key) => text.includes(key))).to.deep.equal([]);
    }
  });
});
