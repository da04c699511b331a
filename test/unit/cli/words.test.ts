import { expect } from 'chai';
import type { MaintenanceWindow } from '../../../src/api/generated/maintenance-window.ts';
import { timelineOf } from '../../../src/schedule/timeline.ts';
import {
  aWindow,
  createdAt,
  scheduled,
  suspended,
  windowCalled,
  withSpec,
  withStatus,
} from '../builders/window.ts';
import { Machine, serverTime } from './machine.ts';

const now = Temporal.Instant.from(serverTime);
const instant = (text: string): Temporal.Instant => Temporal.Instant.from(text);

const once = scheduled('2026-12-01T22:00:00+02:00', '2026-12-01T20:30:00Z');
const recurring = withSpec({
  schedule: { cron: '5 20 * * *', duration: '30m' },
  // What a person said yesterday.
  endedAt: '2026-11-30T20:10:00Z',
});
const held = (window: MaintenanceWindow): MaintenanceWindow =>
  withStatus({
    observedGeneration: 1,
    phase: 'Held',
    occurrence: { start: '2026-12-01T20:00:00Z', end: '2026-12-01T20:05:00Z' },
  })(
    withSpec({
      endPolicy: 'Hold',
      schedule: { start: '2026-12-01T20:00:00Z', end: '2026-12-01T20:05:00Z' },
    })(window),
  );
const notAccepted = withStatus({
  observedGeneration: 1,
  phase: 'Closed',
  occurrence: { start: '2026-12-01T20:00:00Z', end: '2026-12-01T20:30:00Z' },
  conditions: [
    {
      type: 'Accepted',
      status: 'False',
      reason: 'InvalidTemplate',
      message: '',
      lastTransitionTime: createdAt,
      observedGeneration: 1,
    },
  ],
});

describe("a person's word by kubectl", () => {
  let machine: Machine;
  beforeEach(async () => (machine = await Machine.start()));
  afterEach(async () => machine.stop());

  interface Written {
    readonly metadata: { readonly name: string; readonly uid: string };
    readonly spec: Pick<MaintenanceWindow['spec'], 'extension' | 'endedAt'>;
  }
  const written = (): Written[] => machine.writes.map(({ body }) => body as Written);

  /** The occurrence that a window is in, by the schedule's own rules. */
  const currentOf = (window: MaintenanceWindow, at = now): { end: string | undefined } | undefined => {
    const { status } = window;
    const { current } = timelineOf(window.spec, {
      createdAt: instant(createdAt),
      now: at,
      held:
        status?.phase === 'Held'
          ? [{ start: instant('2026-12-01T20:00:00Z'), end: instant('2026-12-01T20:05:00Z') }]
          : [],
    });
    return current && { end: current.end?.toString() };
  };

  describe('extend', () => {
    const cases = [
      { name: 'a window with an end', window: aWindow(once), until: '2026-12-01T20:50:00Z' },
      { name: 'an occurrence of a cron', window: aWindow(recurring), until: '2026-12-01T20:55:00Z' },
      { name: 'what is held: from now on', window: aWindow(held), until: '2026-12-01T20:30:00Z' },
      {
        name: 'what was extended before: from that end on',
        window: aWindow(
          once,
          withSpec({ extension: { occurrence: '2026-12-01T20:00:00Z', until: '2026-12-01T21:00:00Z' } }),
        ),
        until: '2026-12-01T21:20:00Z',
      },
    ];
    for (const { name, window, until } of cases) {
      it(`moves the end of ${name}`, async () => {
        machine.objects = [window];
        const { code, out } = await machine.type('extend', 'upgrade', '20m');
        expect(code).to.equal(0);
        expect(out).to.include(`shop/upgrade stays closed until ${until}`);
        const [write] = written();
        expect(Object.keys(write?.spec ?? {})).to.deep.equal(['extension']);
        expect(currentOf(withSpec(write?.spec ?? {})(window))).to.deep.equal({ end: until });
      });
    }

    it('writes by a field manager of its own, and only to the object that it read', async () => {
      machine.objects = [aWindow(once)];
      await machine.type('extend', 'upgrade', '20m');
      expect(machine.writes[0]).to.include({ method: 'PATCH', manager: 'backsoon-cli-extend' });
      expect(written()[0]?.metadata).to.include({ name: 'upgrade', uid: 'uid-upgrade' });
    });

    it('says that what would be held opens then by itself', async () => {
      machine.objects = [aWindow(held)];
      expect((await machine.type('extend', 'upgrade', '20m')).errors).to.include('opens by itself then');
    });

    const refusals = [
      { name: 'without an end', window: aWindow(), says: 'no end' },
      {
        name: 'that is still to close',
        window: aWindow(scheduled('2026-12-02T20:00:00Z')),
        says: 'closes at 2026-12-02T20:00:00Z (in 23h50m)',
      },
      { name: 'that is suspended', window: aWindow(once, suspended), says: 'suspended' },
      { name: 'whose spec is not accepted', window: aWindow(once, notAccepted), says: 'not accepted' },
    ];
    for (const { name, window, says } of refusals) {
      it(`refuses a window ${name}, and changes none of the others named`, async () => {
        machine.objects = [aWindow(once, windowCalled('night')), window];
        const { code, errors } = await machine.type('extend', 'night', 'upgrade', '20m');
        expect(code).to.equal(1);
        expect(errors).to.include(says);
        expect(written()).to.deep.equal([]);
      });
    }

    it('--all: those that are closed now and have an end', async () => {
      machine.objects = [
        aWindow(),
        aWindow(once, windowCalled('night')),
        aWindow(windowCalled('off'), suspended),
      ];
      expect((await machine.type('extend', '--all', '20m')).code).to.equal(0);
      expect(written().map(({ metadata }) => metadata.name)).to.deep.equal(['night']);
    });

    for (const argv of [
      [],
      ['upgrade'],
      ['upgrade', '20'],
      ['--all', 'upgrade', '20m'],
      ['20m'],
      ['-A', 'a', '20m'],
    ]) {
      it(`extend ${argv.join(' ')}: exit code 2`, async () => {
        machine.objects = [aWindow(once)];
        expect((await machine.type('extend', ...argv)).code).to.equal(2);
        expect(written()).to.deep.equal([]);
      });
    }
  });

  describe('open', () => {
    const cases = [
      { name: 'without an end', window: aWindow() },
      { name: 'with an end', window: aWindow(once) },
      { name: 'in an occurrence of a cron', window: aWindow(recurring) },
      { name: 'that is held', window: aWindow(held) },
      {
        name: 'that was extended',
        window: aWindow(
          once,
          withSpec({ extension: { occurrence: '2026-12-01T20:00:00Z', until: '2026-12-01T21:00:00Z' } }),
        ),
      },
    ];
    for (const { name, window } of cases) {
      it(`ends a window ${name}, by an instant of the server's clock`, async () => {
        machine.objects = [window];
        const { code, out } = await machine.type('open', 'upgrade');
        expect({ code, out }).to.deep.equal({
          code: 0,
          out: 'shop/upgrade opens: it ended at 2026-12-01T20:10:00Z\n',
        });
        expect(machine.writes[0]?.manager).to.equal('backsoon-cli-open');
        const [write] = written();
        expect(Object.keys(write?.spec ?? {})).to.deep.equal(['endedAt']);
        expect(currentOf(window)).not.to.equal(undefined);
        expect(currentOf(withSpec(write?.spec ?? {})(window))).to.equal(undefined);
      });
    }

    it("leaves tomorrow's occurrence as it is", async () => {
      machine.objects = [aWindow(recurring)];
      await machine.type('open', 'upgrade');
      const window = withSpec(written()[0]?.spec ?? {})(aWindow(recurring));
      expect(currentOf(window, instant('2026-12-02T20:10:00Z'))).to.deep.equal({
        end: '2026-12-02T20:35:00Z',
      });
    });

    it('ends what an older spec keeps closed: that much of a spec that is not accepted is obeyed', async () => {
      machine.objects = [aWindow(once, notAccepted)];
      expect((await machine.type('open', 'upgrade')).code).to.equal(0);
      expect(written()[0]?.spec).to.deep.equal({ endedAt: '2026-12-01T20:10:00Z' });
    });

    it('never ends before the start', async () => {
      const late = '2026-12-01T20:09:59.5Z';
      machine.disturb = ({ response }) => {
        // The header shows whole seconds.
        response.setHeader('date', new Date('2026-12-01T20:09:59Z').toUTCString());
        return false;
      };
      machine.objects = [
        aWindow(notAccepted, withStatus({ ...aWindow(notAccepted).status, occurrence: { start: late } })),
      ];
      await machine.type('open', 'upgrade');
      expect(written()[0]?.spec.endedAt).to.equal('2026-12-01T20:09:59.5Z');
    });

    it('is content with what is open, and says why it is', async () => {
      machine.objects = [aWindow(once, suspended)];
      const { code, errors } = await machine.type('open', 'upgrade');
      expect({ code, errors }).to.deep.equal({
        code: 0,
        errors: 'shop/upgrade is open: it is suspended. Nothing was changed.\n',
      });
      expect(written()).to.deep.equal([]);
    });

    it('takes the field over from somebody else, and says whose it was', async () => {
      machine.objects = [aWindow()];
      machine.disturb = ({ method, query, fail }) => {
        if (method !== 'PATCH' || query.get('force') === 'true') return false;
        const causes = [
          {
            reason: 'FieldManagerConflict',
            field: '.spec.endedAt',
            message: 'conflict with "argocd-controller"',
          },
        ];
        fail(409, 'Conflict', { details: { causes } });
        return true;
      };
      const { code, errors } = await machine.type('open', 'upgrade');
      expect(code).to.equal(0);
      expect(errors).to.include("spec.endedAt was argocd-controller's and is yours now");
    });

    it('--all opens every one that it can, and fails when it could not open some', async () => {
      machine.objects = [aWindow(), aWindow(windowCalled('night')), aWindow(windowCalled('off'), suspended)];
      machine.disturb = ({ method, path, fail }) => {
        if (method !== 'PATCH' || !path.endsWith('/upgrade')) return false;
        fail(403, 'Forbidden', { message: 'no' });
        return true;
      };
      const { code, out, errors } = await machine.type('open', '--all');
      expect(code).to.equal(1);
      expect(out).to.match(/^shop\/night opens.*\n$/);
      expect(errors).to.include('shop/upgrade: You may not apply').and.to.include('1 of 2 windows: not done');
    });

    it('-A --all with nothing closed says so', async () => {
      const { code, errors } = await machine.type('open', '-A', '--all');
      expect({ code, errors }).to.deep.equal({
        code: 0,
        errors: 'No window of any namespace is closed now.\n',
      });
    });
  });
});
