import { expect } from 'chai';
import { called, anIngress } from '../builders/ingress.ts';
import { Machine } from './machine.ts';

const ingressNamed = (name: string): ReturnType<typeof anIngress> & { kind: string } => ({
  kind: 'Ingress',
  ...anIngress(called(name)),
});

describe('kubectl backsoon close', () => {
  let machine: Machine;
  beforeEach(async () => {
    machine = await Machine.start();
    machine.objects = [ingressNamed('web'), ingressNamed('api')];
  });
  afterEach(async () => machine.stop());

  it("makes a window from the server's now on, that goes a day after its end, and prints its name", async () => {
    const { code, out, errors } = await machine.type(
      'close',
      '--for',
      '1h30m',
      '--message',
      'We move.',
      'web',
    );
    expect(code).to.equal(0);
    expect(out).to.match(/^close-20261201-2010-[a-z]{4}\n$/);
    const [write] = machine.writes;
    expect(write).to.deep.equal({
      method: 'POST',
      path: '/apis/backsoon.dev/v1alpha1/namespaces/shop/maintenancewindows',
      manager: 'backsoon-cli',
      body: {
        apiVersion: 'backsoon.dev/v1alpha1',
        kind: 'MaintenanceWindow',
        metadata: { name: out.trim(), namespace: 'shop' },
        spec: {
          targets: [{ ingress: { name: 'web' } }],
          schedule: { start: '2026-12-01T20:10:00Z', duration: '1h30m' },
          ttlSecondsAfterCompleted: 86_400,
          page: { message: 'We move.' },
        },
      },
    });
    expect(errors).to.include('closes Ingress web of namespace shop from now until 2026-12-01T21:40:00Z');
  });

  const aims = [
    { argv: ['web', 'api', 'web'], targets: [{ ingress: { name: 'web' } }, { ingress: { name: 'api' } }] },
    { argv: ['--all'], targets: [{ ingress: { selector: {} } }] },
    { argv: ['-l', 'tier=web'], targets: [{ ingress: { selector: { matchLabels: { tier: 'web' } } } }] },
  ];
  for (const { argv, targets } of aims) {
    it(`${argv.join(' ')}: covers what was meant`, async () => {
      await machine.type('close', '--for', '5m', ...argv);
      expect(machine.writes[0]?.body).to.have.nested.property('spec.targets').that.deep.equals(targets);
    });
  }

  it('takes another name when somebody has the first', async () => {
    let posts = 0;
    machine.disturb = ({ method, fail }) => {
      if (method !== 'POST') return false;
      posts += 1;
      if (posts === 1) fail(409, 'AlreadyExists');
      return posts === 1;
    };
    expect((await machine.type('close', '--for', '5m', '--all')).code).to.equal(0);
    expect(posts).to.equal(2);
  });

  it('closes nothing when a named Ingress is missing, and names those that are there', async () => {
    const { code, errors } = await machine.type('close', '--for', '5m', 'web', 'wbe');
    expect(code).to.equal(1);
    expect(errors).to.equal(
      'error: There is no Ingress wbe in namespace shop: it has web, api. Nothing was closed.\n',
    );
    expect(machine.writes).to.deep.equal([]);
  });

  it('closes nothing where there is no Ingress', async () => {
    const { code, errors } = await machine.type('close', '--for', '5m', '--all', '-n', 'bakery');
    expect(code).to.equal(1);
    expect(errors).to.include('no Ingress in namespace bakery');
    expect(machine.writes).to.deep.equal([]);
  });

  for (const text of ['0s', '30', '-5m', '', 'soon', '1.5h', '32d', '30m5', '9999999h', '1h 30m']) {
    it(`refuses --for ${JSON.stringify(text)}`, async () => {
      const { code, out, errors } = await machine.type('close', '--all', '--for', text);
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(errors).to.match(/^error: --for .*write /);
    });
  }

  const wrong = [
    ['--for', '5m'],
    ['--all'],
    ['--for', '5m', 'web', '--all'],
    ['--for', '5m', '-l', 'a=b', '--all'],
  ];
  for (const argv of [...wrong, ['--for', '5m', '-l', 'tier>3'], ['--for', '5m', '-l', '']]) {
    it(`close ${argv.join(' ')}: exit code 2, nothing done`, async () => {
      const { code, errors } = await machine.type('close', ...argv);
      expect(code).to.equal(2);
      expect(errors).to.match(/^error: /);
      expect(machine.writes).to.deep.equal([]);
    });
  }
});
