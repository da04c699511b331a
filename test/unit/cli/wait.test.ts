import { expect } from 'chai';
import type { Condition, MaintenanceWindow, Phase } from '../../../src/api/generated/maintenance-window.ts';
import { aWindow, edited, scheduled, windowCalled, withStatus } from '../builders/window.ts';
import { Machine } from './machine.ts';

const now = '2026-12-01T20:10:00Z';

const condition = (type: string, status: Condition['status'], reason: string, message = ''): Condition => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: now,
  observedGeneration: 1,
});

const stands = (phase: Phase, closed: Condition): ReturnType<typeof withStatus> =>
  withStatus({ observedGeneration: 1, phase, message: `It is ${phase}.`, conditions: [closed] });

const partly = stands('Closed', condition('Closed', 'False', 'Partial', '1 of 2 gates are proven closed.'));
const closed = stands('Closed', condition('Closed', 'True', 'Closed', '2 of 2 gates are proven closed.'));
const opening = stands('Opening', condition('Closed', 'False', 'Open'));
const completed = stands('Completed', condition('Closed', 'False', 'Open'));
const nextWeek = scheduled('2026-12-08T20:00:00Z', '2026-12-08T21:00:00Z');

describe('kubectl backsoon wait', () => {
  let machine: Machine;
  beforeEach(async () => (machine = await Machine.start()));
  afterEach(async () => machine.stop());

  /** Waits while the windows go through these states, one for each look. */
  async function through(
    states: readonly (readonly MaintenanceWindow[])[],
    ...argv: readonly string[]
  ): Promise<Awaited<ReturnType<Machine['type']>>> {
    machine.objects = states[0] ?? [];
    let looks = 0;
    machine.disturb = () => {
      machine.objects = states[Math.min(looks, states.length - 1)] ?? [];
      looks += 1;
      return false;
    };
    return machine.type('wait', ...argv);
  }

  it('--closed returns when every gate is proven, and says before how far it is', async () => {
    const seen = await through(
      [[aWindow(partly)], [aWindow(partly)], [aWindow(closed)]],
      '--closed',
      'upgrade',
    );
    expect(seen).to.deep.equal({
      code: 0,
      out: 'shop/upgrade is closed: 2 of 2 gates are proven closed.\n',
      errors: '0 of 1 closed; shop/upgrade: 1 of 2 gates are proven closed.\n',
    });
  });

  it('rewrites its one line on a terminal', async () => {
    machine.terminal = { columns: 30 };
    const { errors } = await through(
      [[aWindow(partly)], [aWindow(partly)], [aWindow(closed)]],
      '--closed',
      '--all',
    );
    expect(errors).to.equal('\r\u001B[2K0 of 1 closed; shop/upgrade: \r\u001B[2K');
  });

  it('takes no answer about an older spec', async () => {
    const { code, errors } = await through(
      [[aWindow(closed, edited({}))]],
      '--closed',
      'upgrade',
      '--timeout',
      '3s',
    );
    expect(code).to.equal(3);
    expect(errors).to.include(
      'error: Not closed in time: 0 of 1 closed; shop/upgrade: the operator has not seen it yet',
    );
  });

  it('--open returns when the gates are gone, not when they are going', async () => {
    const seen = await through(
      [[aWindow(closed)], [aWindow(opening)], [aWindow(opening)], [aWindow(completed)]],
      '--open',
      '--all',
    );
    expect(seen.code).to.equal(0);
    expect(seen.errors).to.include('It is Opening.');
    expect(seen.out).to.equal('shop/upgrade is open: Completed: It is Completed.\n');
  });

  it('--all waits for what is on its way, and not for what is over or far off', async () => {
    const others = [
      aWindow(windowCalled('old'), completed, scheduled(now.replace('T20', 'T19'), now)),
      aWindow(windowCalled('next'), nextWeek),
    ];
    const { code, out } = await through([[...others, aWindow(closed)]], '--closed', '--all');
    expect({ code, out }).to.deep.equal({
      code: 0,
      out: 'shop/upgrade is closed: 2 of 2 gates are proven closed.\n',
    });
  });

  it('--closed --all fails where nothing closes: a migration must not start then', async () => {
    const { code, errors } = await through([[aWindow(nextWeek)]], '--closed', '--all');
    expect({ code, errors }).to.deep.equal({
      code: 1,
      errors: 'error: No window of namespace shop closes anything now.\n',
    });
  });

  for (const [name, states] of [
    ['over', [[aWindow(partly)], [aWindow(completed)]]],
    ['deleted', [[aWindow(partly)], [aWindow(partly)], []]],
    [
      'made anew under its name',
      [[aWindow(partly)], [{ ...aWindow(closed), metadata: { ...aWindow().metadata, uid: 'another' } }]],
    ],
  ] as const) {
    it(`--closed gives up at once when the window is ${name}`, async () => {
      const { code, errors } = await through(states, '--closed', 'upgrade');
      expect(code).to.equal(1);
      expect(errors).to.include('error: shop/upgrade can not become closed');
    });
  }

  it('goes on while the API server is away', async () => {
    machine.objects = [aWindow(partly)];
    let looks = 0;
    machine.disturb = ({ fail }) => {
      looks += 1;
      machine.objects = [aWindow(looks < 4 ? partly : closed)];
      if (looks !== 3) return false;
      fail(500, 'InternalError', { message: 'etcdserver: leader changed' });
      return true;
    };
    const { code, errors } = await machine.type('wait', '--closed', 'upgrade');
    expect(code).to.equal(0);
    expect(errors).to.include('etcdserver: leader changed');
  });

  for (const argv of [
    [],
    ['--closed'],
    ['--closed', '--open', 'a'],
    ['--closed', 'a', '--all'],
    ['--closed', 'a', '-A'],
    ['--open', 'a', '--timeout', 'soon'],
  ]) {
    it(`wait ${argv.join(' ')}: exit code 2`, async () => {
      const { code, errors } = await machine.type('wait', ...argv);
      expect(code).to.equal(2);
      expect(errors).to.match(/^error: /);
    });
  }
});
