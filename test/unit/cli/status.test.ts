import { expect } from 'chai';
import { parse } from 'yaml';
import { aWindow, withStatus, windowCalled } from '../builders/window.ts';
import { Machine } from './machine.ts';

const closed = withStatus({
  observedGeneration: 1,
  phase: 'Closed',
  message: 'Closed until 2026-12-01T20:30:00Z.',
  occurrence: { start: '2026-12-01T20:00:00Z', end: '2026-12-01T20:30:00Z' },
  gates: { total: 2, proven: 1, unproven: 1, wrong: 0, refused: 0, summary: '1/2' },
  gateDetails: [
    {
      ingress: 'api',
      verdict: 'Unproven',
      reason: 'NotProbed',
      message: 'The gate is on.',
      since: '2026-12-01T20:00:00Z',
    },
  ],
  conditions: [
    {
      type: 'Closed',
      status: 'False',
      reason: 'Partial',
      message: '1 of 2 gates are proven closed.',
      lastTransitionTime: '2026-12-01T20:00:00Z',
      observedGeneration: 1,
    },
  ],
});

describe('kubectl backsoon status', () => {
  let machine: Machine;
  beforeEach(async () => {
    machine = await Machine.start();
    machine.objects = [aWindow(windowCalled('night')), aWindow(closed)];
  });
  afterEach(async () => machine.stop());

  it("shows the windows of the context's namespace by name, with times as they lie from the server's now", async () => {
    const { code, out, errors } = await machine.type('status');
    expect({ code, errors }).to.deep.equal({ code: 0, errors: '' });
    expect(out.split('\n')).to.deep.equal([
      'NAME      PHASE    CLOSED   START     END      GATES   MESSAGE',
      'night     Unseen   -        -         -        -       Not seen by the operator yet: is it running?',
      'upgrade   Closed   False    10m ago   in 20m   1/2     Closed until 2026-12-01T20:30:00Z.',
      '',
    ]);
  });

  it('shows of a window that is over when it was', async () => {
    const lastOccurrence = { start: '2026-12-01T20:00:00Z', end: '2026-12-01T20:05:00Z' };
    machine.objects = [aWindow(withStatus({ observedGeneration: 1, phase: 'Completed', lastOccurrence }))];
    expect((await machine.type('status')).out).to.match(/^upgrade +Completed +- +10m ago +5m ago +-$/m);
  });

  it('shows of one window the conditions, and the gates that are not proven', async () => {
    const { out } = await machine.type('status', 'upgrade');
    expect(out).to.match(/^Closed +False +Partial +1 of 2 gates/m);
    expect(out).to.match(/^api +Unproven +NotProbed +The gate is on\./m);
  });

  for (const flags of [
    ['-n', 'bakery', 'status'],
    ['status', '-n', 'bakery'],
    ['status', '--context', 'there'],
  ]) {
    it(`looks elsewhere with ${flags.join(' ')}`, async () => {
      const { code, out, errors } = await machine.type(...flags);
      expect({ code, out }).to.deep.equal({ code: 0, out: '' });
      expect(errors).to.equal('There is no window in namespace bakery.\n');
    });
  }

  it('shows all namespaces with -A', async () => {
    const { out } = await machine.type('status', '-A', '-n', 'bakery');
    expect(out)
      .to.match(/^NAMESPACE +NAME /)
      .and.to.match(/^shop +upgrade /m);
  });

  it('gives whole objects as JSON and YAML', async () => {
    const { out: json } = await machine.type('status', 'upgrade', '-o', 'json');
    expect(JSON.parse(json)).to.deep.equal(aWindow(closed));
    const { out: yaml } = await machine.type('status', '-o', 'yaml');
    expect(parse(yaml)).to.have.property('kind', 'List');
  });

  it('colours phases on a terminal that takes it, and nowhere else', async () => {
    expect((await machine.type('status')).out).not.to.include('\u001B');
    machine.terminal = { columns: 80, colour: true };
    expect((await machine.type('status')).out).to.include('\u001B[31mClosed\u001B[0m');
  });
});

describe('what goes wrong', () => {
  let machine: Machine;
  beforeEach(async () => (machine = await Machine.start()));
  afterEach(async () => machine.stop());

  it('a window that is not there: names those that are', async () => {
    machine.objects = [aWindow()];
    const { code, errors } = await machine.type('status', 'upgrad');
    expect(code).to.equal(1);
    expect(errors).to.equal(
      'error: There is no window upgrad in namespace shop: it has upgrade. Is -n the right one?\n',
    );
  });

  it('a cluster without Backsoon: says so', async () => {
    machine.disturb = ({ fail }) => {
      fail(404, 'NotFound', { message: 'the server could not find the requested resource' });
      return true;
    };
    const { code, errors } = await machine.type('status');
    expect(code).to.equal(1);
    expect(errors).to.include('is Backsoon installed');
  });

  it("no right: says which one, in the server's words", async () => {
    machine.disturb = ({ fail }) => {
      fail(403, 'Forbidden', { message: 'User "eve" cannot list resource' });
      return true;
    };
    const { code, errors } = await machine.type('status');
    expect(code).to.equal(1);
    expect(errors).to.equal(
      'error: You may not list maintenancewindows.backsoon.dev in namespace shop: User "eve" cannot list resource\n',
    );
  });

  for (const flags of [
    ['--context', 'nowhere'],
    ['--kubeconfig', '/nowhere/config'],
  ]) {
    it(`${flags.join(' ')}: no stack trace`, async () => {
      const { code, errors } = await machine.type('status', ...flags);
      expect(code).to.equal(1);
      expect(errors).to.match(/^error: There is no way to a cluster: .*nowhere.*\n$/);
    });
  }

  for (const argv of [
    ['stauts'],
    ['status', '--watsch'],
    ['status', 'a', 'b'],
    ['status', '-o', 'xml'],
    ['status', 'a', '-A'],
  ]) {
    it(`${argv.join(' ')}: exit code 2`, async () => {
      const { code, out, errors } = await machine.type(...argv);
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(errors).to.match(/^error: /);
    });
  }

  it('without a command it prints its help, and --version its version', async () => {
    const help = await machine.type();
    expect(help.code).to.equal(0);
    expect(help.out).to.include('Usage: kubectl backsoon');
    expect(await machine.type('--version')).to.deep.equal({ code: 0, out: '1.2.3\n', errors: '' });
  });
});
