import { expect } from 'chai';
import { resources } from '../../../src/kube/resources.ts';
import { setChartValue } from '../toolkit/chart.ts';
import { scenario } from '../toolkit/closures.ts';
import { api } from '../toolkit/cluster.ts';
import { eventually } from '../toolkit/eventually.ts';
import type { Site } from '../toolkit/site.ts';
import { openSite, removeSite, staysClosed } from '../toolkit/site.ts';
import { colleague, visit } from '../toolkit/visitor.ts';
import { allowing, aWindow, newToken, withToken } from '../toolkit/window.ts';
import { applyWindow, conditionBecomes, readWindow } from '../toolkit/windows.ts';

const token = newToken();
const closing = ({ namespace }: Site) => aWindow({ namespace }, allowing(colleague), withToken(token));

/** A closed site with a colleague on its list. */
async function closedSite(name: string, className: string): Promise<Site> {
  const site = await openSite(name, { className, perSecond: 2 });
  await applyWindow(closing(site));
  await conditionBecomes(closing(site), 'Closed', { status: 'True' });
  staysClosed(site, [closing(site)]);
  return site;
}

const isLetIn = async ({ host }: Site, how: Parameters<typeof visit>[1]): Promise<boolean> =>
  (await visit(host, how)).status === 200;

/** Who gets in. */
async function expectAdmitted(site: Site, expected: { address: boolean; token: boolean }): Promise<void> {
  await eventually(`who gets into ${site.host}`, async () => {
    const seen = { address: await isLetIn(site, { from: colleague }), token: await isLetIn(site, { token }) };
    expect(seen).to.deep.equal(expected);
  });
}

scenario('haproxy-ingress, behind a proxy that it can not look through', function () {
  this.timeout(120_000);
  const trusted = 'ingressControllers.haproxy.trustedProxies';
  let site: Site;
  before(async () => {
    site = await closedSite('hidden', 'haproxy');
  });
  after(async () => {
    await setChartValue(trusted, []);
    await removeSite(site);
  });

  it('turns address rules off when proxies are named, says why, and tokens still work', async () => {
    await expectAdmitted(site, { address: true, token: true });
    await setChartValue(trusted, ['192.0.2.7']);
    const condition = await conditionBecomes(closing(site), 'ClientAddressesPlausible', {
      status: 'False',
      reason: 'ClientHiddenByProxy',
    });
    expect(condition.message).to.include('PROXY protocol').and.to.include('ingressControllers.haproxy');
    await expectAdmitted(site, { address: false, token: true });
  });
});

scenario('ingress-nginx, whose ConfigMap lets everybody choose an address', function () {
  this.timeout(120_000);
  const ref = { namespace: 'ingress-nginx', name: 'ingress-nginx-controller' };
  let site: Site;
  let data: Readonly<Record<string, string>>;

  const configure = async (settings: Readonly<Record<string, string>>): Promise<void> => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: ref, data: settings };
    await api.apply(resources.configMaps, body, { fieldManager: 'e2e-settings', force: true });
  };

  before(async () => {
    data = (await api.get(resources.configMaps, ref)).data ?? {};
    site = await closedSite('spoofable', 'nginx');
  });
  after(async () => {
    await configure(data);
    await removeSite(site);
  });

  it('turns address rules off, names the setting, and believes addresses again when it is gone', async () => {
    await expectAdmitted(site, { address: true, token: true });
    await configure({ ...data, 'use-forwarded-headers': 'true' });
    const condition = await conditionBecomes(closing(site), 'ClientAddressesPlausible', {
      status: 'False',
      reason: 'SpoofableClientAddress',
    });
    expect(condition.message)
      .to.include('ingress-nginx/ingress-nginx-controller')
      .and.to.include('use-forwarded-headers');
    await expectAdmitted(site, { address: false, token: true });
    const forged = { 'x-forwarded-for': colleague, 'x-forwarded-for-proxy-protocol': colleague };
    expect(await isLetIn(site, { headers: forged })).to.equal(false);
    await configure({ ...data, 'use-forwarded-headers': 'false' });
    await conditionBecomes(closing(site), 'ClientAddressesPlausible', { status: 'True' }, { within: 60 });
    await expectAdmitted(site, { address: true, token: true });
  });

  it('is not gated for a login of all sites, and says so', async () => {
    const other = await openSite('global-login', { className: 'nginx', perSecond: 2 });
    try {
      await configure({ ...data, 'global-auth-url': 'https://login.example.com/auth' });
      await applyWindow(closing(other));
      const { message } = await conditionBecomes(closing(other), 'Armable', {
        status: 'False',
        reason: 'ExistingAuth',
      });
      expect(message).to.include('global-auth-url');
      const { metadata } = await api.get(resources.ingresses, {
        namespace: other.namespace,
        name: other.ingress,
      });
      expect(Object.keys(metadata.annotations ?? {}).join(' ')).not.to.include('auth-url');
    } finally {
      await configure({ ...data, 'global-auth-url': '' });
      await removeSite(other);
    }
  });
});

scenario('traefik-nginx, taken for ingress-nginx', function () {
  this.timeout(180_000);
  const driver = 'ingressControllers.traefik-nginx.driver';
  const configMap = 'ingressControllers.traefik-nginx.configMap';
  let site: Site;
  before(async () => {
    await setChartValue(configMap, 'ingress-nginx/ingress-nginx-controller');
    await setChartValue(driver, 'ingress-nginx');
    site = await openSite('mistaken', { className: 'traefik-nginx', perSecond: 2 });
  });
  after(async () => {
    await setChartValue(driver, 'traefik-nginx');
    await removeSite(site);
  });

  it('is found out: the gate is wrong, and the window says which driver to name', async () => {
    const window = closing(site);
    await applyWindow(window);
    const { message } = await conditionBecomes(
      window,
      'GatesProven',
      { status: 'False', reason: 'OtherDataPlane' },
      { within: 60 },
    );
    expect(message).to.include('ingressControllers.traefik-nginx.driver to traefik-nginx');
    expect((await visit(site.host)).status, 'closed all the same').to.be.at.least(500);
  });

  it('is closed, proven, when the driver is named', async () => {
    await setChartValue(driver, 'traefik-nginx');
    await conditionBecomes(closing(site), 'Closed', { status: 'True' }, { within: 60 });
    expect((await readWindow(closing(site))).status?.gates?.wrong).to.equal(0);
    const { metadata } = await api.get(resources.ingresses, {
      namespace: site.namespace,
      name: site.ingress,
    });
    expect(Object.keys(metadata.annotations ?? {})).to.deep.equal(['nginx.ingress.kubernetes.io/auth-url']);
  });
});
