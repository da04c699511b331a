import { expect } from 'chai';
import * as fc from 'fast-check';
import { decide } from '../../../src/operator/decide/decide.ts';
import { gatedNames } from '../../../src/operator/decide/gates.ts';
import { accept } from '../../../src/operator/decide/accept.ts';
import { targetsOf } from '../../../src/operator/decide/targets.ts';
import { traefik } from '../../../src/gates/traefik.ts';
import { planInput } from '../builders/observed.ts';
import { aTemplate, brokenTemplate } from '../builders/template.ts';
import type { MaintenanceWindowSpec } from '../../../src/api/generated/maintenance-window.ts';
import type { Ingress } from '../../../src/api/ingress.ts';
import { policyKey } from '../../../src/operator/decide/observed.ts';
import { edited } from '../builders/window.ts';
import type { Simulator } from './simulator.ts';
import { othersAnnotations, play, story, tell, type Story } from './worlds.ts';

/** Checks a rule in many small worlds; a failure tells its story. */
const always = (rule: (world: Simulator, told: Story) => void, numRuns = 100): void =>
  fc.assert(
    fc.property(story, (told) => {
      try {
        rule(play(told), told);
      } catch (error) {
        throw new Error(tell(told), { cause: error });
      }
    }),
    { numRuns },
  );

/** Responders and a controller that are well again: what a crisis held back may happen now. */
function heal(world: Simulator): void {
  world.health = 'serving';
  world.isFollowing = true;
  world.controller.isNoticing = true;
  world.controller.isAnswering = true;
}

/** Behind proxies a window for one host can be kept only where the Ingress has no other. */
const isSeen = ({ only }: MaintenanceWindowSpec, ingress: Ingress, { trustsProxies }: Simulator): boolean =>
  !trustsProxies ||
  only?.hosts === undefined ||
  (ingress.spec.rules ?? []).every(({ host }) => only.hosts?.includes(host ?? ''));

/** Which Ingresses some window closes now, by asking each window on its own; `choose` picks among them. */
function closedNow(world: Simulator, choose: typeof isSeen = () => true): ReadonlySet<string> {
  const observed = world.observe();
  const closed = observed.windows.flatMap((window) => {
    const stored = observed.policies.find(({ windowUid }) => windowUid === window.metadata.uid);
    const gated = gatedNames(observed.ingresses);
    const { inForce } = accept(window, { stored, gated, templates: world.templates, now: world.now });
    if (inForce?.timeline.current === undefined) return [];
    const { ingresses } = targetsOf(inForce.spec, observed);
    return ingresses
      .filter((ingress) => choose(inForce.spec, ingress, world))
      .map(({ metadata }) => metadata.name);
  });
  return new Set(closed);
}

/** The order of writes and that deciding twice gives the same are checked by the simulator at every write. */
describe('operator: in any small world', function () {
  this.timeout(60_000);

  it('reaches a fixed point as time passes, whatever happened before', () => {
    always((world) => {
      world.settle();
      expect(world.step()).to.deep.include({ operations: [], statuses: [], wakeAt: undefined });
    });
  });

  it('writes no status twice: a second look at a world at rest finds nothing to say', () => {
    always((world) => {
      world.converge();
      expect(world.step().statuses).to.deep.equal([]);
      const told = world.events.length;
      world.step();
      expect(world.events.length).to.equal(told);
    });
  });

  it('leaves the world as it was when all windows are gone', () => {
    always((world) => {
      world.windows.clear();
      heal(world);
      world.settle();
      expect([...world.policies.keys()], 'policies').to.deep.equal([]);
      const referred = new Set<string>();
      for (const ingress of world.ingresses.values()) {
        const { metadata } = ingress;
        for (const reference of traefik.read(ingress).references) referred.add(reference);
        expect(metadata.annotations, metadata.name).to.deep.equal(othersAnnotations(ingress));
      }
      const left = [...world.objects.values()].filter(
        ({ kind, metadata }) => !referred.has(traefik.reference({ ...metadata, kind }) ?? ''),
      );
      expect(
        left.map(({ metadata }) => metadata.name),
        'objects that nobody names',
      ).to.deep.equal([]);
    });
  });

  it('gates every Ingress that some window closes, as far as it can have a gate', () => {
    always((world) => {
      heal(world);
      world.pass(30);
      world.converge();
      for (const name of closedNow(world, isSeen)) {
        const ingress = world.ingresses.get(name);
        if (ingress?.spec.ingressClassName === undefined) continue;
        const plan = traefik.plan(planInput(ingress));
        if ('plan' in plan || !('refusal' in plan)) expect(world.isGated(name), name).to.equal(true);
      }
    });
  });

  it('opens and closes nothing when templates go bad or go away', () => {
    always((world) => {
      heal(world);
      world.converge();
      const closed = closedNow(world);
      for (const text of [brokenTemplate, undefined]) {
        world.templates.clear();
        if (text !== undefined) world.templates.set('page', aTemplate({ 'index.html': text }));
        world.converge();
        expect(closedNow(world)).to.deep.equal(closed);
      }
    });
  });

  it('lets no address in where clients can choose theirs, as soon as a probe has shown it', () => {
    always((world) => {
      heal(world);
      world.pass(30);
      world.converge();
      const { proofs } = world.observe();
      for (const { policy } of world.policies.values()) {
        for (const { ingress, addressRules } of policy.gates) {
          if (proofs.get(`shop/${ingress}`)?.spoofed === undefined) continue;
          expect(addressRules, ingress).to.equal(!world.isGullible);
        }
      }
    });
  });

  it('takes no gate off a closed site because proxies were named', () => {
    always((world) => {
      heal(world);
      world.trustsProxies = false;
      world.pass(30);
      world.converge();
      const closed = [...closedNow(world)].filter((name) => world.isGated(name));
      world.trustsProxies = true;
      world.converge();
      for (const name of closed) expect(world.isGated(name), name).to.equal(true);
    });
  });

  it('takes the gate off every Ingress that no window closes or will close', () => {
    always((world) => {
      heal(world);
      world.settle();
      const closed = closedNow(world);
      for (const [name, ingress] of world.ingresses) {
        const isOthers = Object.keys(othersAnnotations(ingress)).includes('backsoon.dev/gate');
        if (closed.has(name) || isOthers) continue;
        expect(world.isGated(name), name).to.equal(false);
      }
    });
  });

  it('calls no site closed by a window whose policy can not be written, and gates none for it alone', () => {
    always((world) => {
      heal(world);
      world.pass(30);
      world.converge();
      for (const [name, window] of world.windows) {
        world.windows.set(name, edited({ page: { title: 'Changed' } })(window));
      }
      const observed = world.observe();
      const failure = { reason: 'Forbidden', message: 'No.' } as const;
      const failures = new Map(observed.windows.map(({ metadata }) => [policyKey(metadata.uid), failure]));
      const { statuses, operations } = decide({ ...observed, failures });
      for (const { window, status } of statuses) {
        const closed = status.conditions?.find(({ type }) => type === 'Closed');
        expect(closed?.status, window.name).to.equal('False');
      }
      const told = new Set(observed.policies.flatMap(({ gates }) => gates.map(({ ingress }) => ingress)));
      for (const operation of operations) {
        if (operation.kind === 'PutGate') expect(told.has(operation.ingress.name)).to.equal(true);
      }
    });
  });

  it('says Closed of a window exactly when every gate of it is proven closed', () => {
    always((world) => {
      heal(world);
      world.pass(30);
      world.converge();
      for (const window of world.windows.values()) {
        const { conditions = [], gates, phase } = window.status ?? {};
        const closed = conditions.find(({ type }) => type === 'Closed');
        if (closed?.status !== 'True') continue;
        expect(phase).to.be.oneOf(['Closed', 'Held']);
        expect(gates?.total).to.be.above(0);
        expect(gates?.proven).to.equal(gates?.total);
      }
    });
  });
});
