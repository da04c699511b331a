import { expect } from 'chai';
import type { Ingress } from '../../../src/api/ingress.ts';
import { drivers, servedClasses } from '../../../src/gates/drivers.ts';
import { decide } from '../../../src/operator/decide/decide.ts';
import type { Observed, ObservedObject } from '../../../src/operator/decide/observed.ts';
import { anIngress, anIngressClass, annotated, ofClass, traefikClass } from '../builders/ingress.ts';
import { anObserved, withIngresses, withObjects, withPolicies, withWindows } from '../builders/observed.ts';
import { aWindow } from '../builders/window.ts';
import { configs, plannedFor, settings } from '../gates/controllers.ts';
import { objectsOf, planOf, policiesOf, wordsOf } from './decide/standing.ts';
import { middlewares } from './lists.ts';
import { Simulator } from './simulator.ts';

const web = anIngress();
const present = planOf(web).annotations[middlewares] ?? '';
const [headers, gate] = objectsOf(web);

/** The gate's Middleware as an older version of the operator may have made it. */
const older = (name: string, change: object): ObservedObject => {
  if (gate === undefined) throw new Error('no gate');
  const { forwardAuth } = gate.spec as { forwardAuth: object };
  const metadata = { ...gate.metadata, name, uid: `uid-${name}` };
  return { ...gate, metadata, spec: { forwardAuth: { ...forwardAuth, ...change } } };
};

/** A site that an older version closed, in the hands of the present one. */
function takenOver(ingress: Ingress, objects: readonly ObservedObject[]): Simulator {
  const world = new Simulator();
  world.windows.set('upgrade', aWindow());
  world.ingresses.set('web', ingress);
  for (const object of objects) world.inherit(object);
  return world;
}

/** What is done until nothing is left to do; no step may leave the site without a gate. */
function stepsOf(world: Simulator): readonly string[] {
  const steps: string[] = [];
  for (let wake = 0; wake < 20; wake += 1) {
    for (let round = 0; round < 20; round += 1) {
      const { operations } = world.step();
      expect(world.isGated('web'), `a gate after ${steps.join(', ')}`).to.equal(true);
      steps.push(...operations.map(wordsOf));
      if (operations.length === 0) break;
    }
    const { wakeAt } = world.converge();
    if (wakeAt === undefined) return steps;
    world.now = wakeAt;
  }
  throw new Error(`never at rest: ${steps.join(', ')}`);
}

describe('operator: taking over a site that an older version closed', () => {
  it('mends a Middleware of the same name in its place', () => {
    if (headers === undefined) throw new Error('no headers');
    const before = older('backsoon-web', { maxResponseBodySize: 1, address: 'http://10.96.0.80/older' });
    const world = takenOver(annotated({ [middlewares]: present })(web), [headers, before]);
    expect(stepsOf(world)).to.include('ApplyGateObject backsoon-web').and.not.to.include('TakeGate web');
    expect(world.objects.get('Middleware/backsoon-web')?.spec).to.deep.equal(gate?.spec);
  });

  it('goes over from a Middleware of another name in one write, when the new one has settled', () => {
    if (headers === undefined) throw new Error('no headers');
    const list = 'shop-backsoon-headers@kubernetescrd,shop-backsoon-gate-web@kubernetescrd';
    const world = takenOver(annotated({ [middlewares]: list })(web), [
      headers,
      older('backsoon-gate-web', {}),
    ]);
    const steps = stepsOf(world).filter((step) => !step.includes('Policy'));
    expect(steps).to.deep.equal([
      'ApplyGateObject backsoon-web',
      'PutGate web',
      'DeleteGateObject backsoon-gate-web',
    ]);
    expect(world.ingresses.get('web')?.metadata.annotations).to.deep.equal({ [middlewares]: present });
  });
});

describe('operator: an Ingress whose class changes while it is closed', () => {
  const classes = [traefikClass, anIngressClass('haproxy-ingress', 'haproxy-ingress.github.io/controller')];
  const served = servedClasses({ settings: Object.values(settings), classes });
  const closing = (ingress: Ingress): Observed => {
    const observed = {
      ...anObserved(withIngresses(ingress), withWindows(aWindow())),
      classes: { classes, served, configs },
    };
    return withPolicies(...policiesOf(observed))(observed);
  };
  const moved = ofClass('haproxy-ingress')(annotated({ [middlewares]: present })(web));
  const atHome = plannedFor(ofClass('haproxy-ingress')(web), 'haproxy-ingress').annotations;

  it('gets the new class’s keys at once; applying them drops the old ones in the same write', () => {
    const { operations } = decide(withObjects(objectsOf(web), '2026-12-01T20:00:00Z')(closing(moved)));
    expect(operations.map(wordsOf)).to.deep.equal(['PutGate web']);
    expect(operations[0]).to.deep.include({ annotations: atHome });
  });

  it('loses the keys of both when its window is gone, whoever put them there', () => {
    const both = annotated(atHome)(moved);
    const { operations } = decide(withWindows()(closing(both)));
    const taken = operations.find(({ kind }) => kind === 'TakeGate');
    expect(taken).to.deep.include({ annotations: { [middlewares]: present, ...atHome } });
    expect(drivers.traefik.read(both).stands, 'until then').to.equal(true);
  });
});
