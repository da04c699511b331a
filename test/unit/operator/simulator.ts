import { expect } from 'chai';
import type { MaintenanceWindow } from '../../../src/api/generated/maintenance-window.ts';
import type { GateKey, Ingress } from '../../../src/api/ingress.ts';
import { traefik } from '../../../src/gates/traefik.ts';
import { decide } from '../../../src/operator/decide/decide.ts';
import { remember } from '../../../src/operator/decide/facts.ts';
import type {
  Observed,
  ObservedObject,
  Proof,
  ResponderView,
} from '../../../src/operator/decide/observed.ts';
import type { TemplateSource } from '../../../src/operator/decide/templates.ts';
import type { EventIntent, GatePut, Operation, ProbeTarget } from '../../../src/operator/decide/plan.ts';
import { encodePolicy } from '../../../src/policy/encode.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { frozen } from '../builders/freeze.ts';
import { gone, instant, responderAddress, unreachable } from '../builders/observed.ts';
import { proofBy } from './closed-by.ts';
import { ControllerDouble } from './controller-double.ts';
import { expectNews } from './news.ts';
import { theirElements } from './lists.ts';
import { SimulatedReverts } from './simulated-reverts.ts';
import { behindProxies, inTheOpen, noNames, textOf, unseen } from './views.ts';

type Decided = ReturnType<typeof decide>;

export const settleSeconds = 5;

/** How many rounds without an end are no fixed point: each of a few objects settles, goes on, is proven, comes off. */
const mostRounds = 80;

/** A namespace with its API server, ingress controller and responders in memory, and the loop that keeps it. */
export class Simulator {
  now = instant('2026-12-01T21:00:00Z');
  readonly windows = new Map<string, MaintenanceWindow>();
  readonly ingresses = new Map<string, Ingress>();
  readonly objects = new Map<string, ObservedObject>();
  readonly policies = new Map<string, { readonly policy: Policy; readonly acceptedSpec: string }>();
  readonly templates = new Map<string, TemplateSource>();
  readonly events: EventIntent[] = [];
  health: ResponderView['health'] = 'serving';
  /** Stand proxies in front of the controller that Backsoon is told of? Then it does not see hosts. */
  trustsProxies = false;
  /** Does the controller believe every client's X-Forwarded-For? */
  isGullible = false;
  /** Do the responders hear of policies? */
  isFollowing = true;
  readonly controller = new ControllerDouble();
  readonly #loaded = new Map<string, Policy>();
  readonly #madeAt = new Map<string, Temporal.Instant>();
  readonly #referredAt = new Map<string, Temporal.Instant>();
  #since: ReadonlyMap<string, Temporal.Instant> = new Map();
  #proofs: ReadonlyMap<GateKey, Proof> = new Map();
  readonly #reverts = new SimulatedReverts();
  #uids = 0;

  observe(): Observed {
    return {
      now: this.now,
      namespace: 'shop',
      install: 'backsoon-system',
      windows: [...this.windows.values()].map(frozen),
      ingresses: [...this.ingresses.values()].map(frozen),
      objects: new Map([...this.objects].map(([id, object]) => [id, frozen(object)])),
      policies: [...this.policies].map(([windowUid, { policy, acceptedSpec }]) => ({
        windowUid,
        revision: encodePolicy(policy).revision,
        gates: policy.gates,
        occurrences: policy.occurrences,
        acceptedSpec: JSON.parse(acceptedSpec),
        template: policy.page.template,
      })),
      templates: new Map(this.templates),
      // The same objects while the configuration is the same, as `observe` has them.
      classes: this.trustsProxies ? behindProxies : inTheOpen,
      externalNames: noNames,
      responder: {
        address: responderAddress,
        health: this.health,
        loaded: (uid, revision) => this.#isLoaded(uid, revision),
        findings: [],
        skews: [],
      },
      proofs: this.#proofs,
      failures: new Map(),
      rehearsed: () => true,
      reverts: this.#reverts.view,
      since: this.#since,
      settings: { settleSeconds, leadSeconds: undefined },
    };
  }

  /** One round of the loop: observe, decide, apply, and let the data plane follow. */
  step(): Decided {
    const plan = this.#decideAndNotice();
    this.#since = remember(this.#since, plan.facts, this.now);
    this.#reverts.remember(plan.wanted);
    for (const operation of plan.operations) this.#apply(operation);
    this.#writeStatuses(plan);
    this.#follow();
    this.controller.notice(this.ingresses.values());
    this.#probe(plan.probes);
    return plan;
  }

  /** The operator dies after so many writes, and another one takes over that knows nothing. */
  crashAfter(writes: number): void {
    const plan = this.#decide();
    for (const operation of plan.operations.slice(0, writes)) this.#apply(operation);
    this.#since = new Map();
    this.#proofs = new Map();
    this.#reverts.forget();
  }

  /** Rounds at this instant until nothing is left to do. */
  converge(): Decided {
    const plans: Decided[] = [];
    for (let round = 0; round < mostRounds; round += 1) {
      const heard = this.#heard();
      const plan = this.step();
      plans.push(plan);
      const isQuiet = plan.operations.length === 0 && plan.statuses.length === 0;
      if (isQuiet && heard === this.#heard()) return plan;
    }
    throw new Error(`no fixed point; last: ${JSON.stringify(plans.slice(-3), undefined, 1)}`);
  }

  /** What the data plane tells of itself: news of it makes the operator decide again. */
  #heard(): string {
    return JSON.stringify([[...this.#proofs], [...this.#loaded]]);
  }

  /** Lets time pass, waking when the plans ask for it, until they ask no more. */
  settle(): void {
    for (let wake = 0; wake < mostRounds; wake += 1) {
      const { wakeAt } = this.converge();
      if (wakeAt === undefined) return;
      expect(Temporal.Instant.compare(wakeAt, this.now), 'wakes in the future').to.equal(1);
      this.#expectQuietUntil(wakeAt);
      this.now = wakeAt;
    }
    throw new Error('never stops waking');
  }

  /** Lets so much time pass, waking when the plans ask for it. */
  pass(seconds: number): void {
    const end = this.now.add({ seconds });
    for (let wake = 0; wake < mostRounds; wake += 1) {
      const { wakeAt } = this.converge();
      if (wakeAt === undefined || Temporal.Instant.compare(wakeAt, end) > 0) break;
      this.now = wakeAt;
    }
    this.now = end;
  }

  /** An object that another operator made an hour ago. */
  inherit(object: ObservedObject): void {
    this.objects.set(`${object.kind}/${object.metadata.name}`, object);
    this.#madeAt.set(object.metadata.uid, this.now.subtract({ hours: 1 }));
  }

  /** An Ingress is gone, and the garbage collector takes what it owned. */
  removeIngress(name: string): void {
    const uid = this.ingresses.get(name)?.metadata.uid;
    this.ingresses.delete(name);
    for (const [id, { metadata }] of this.objects) {
      if (metadata.ownerReferences?.some((owner) => owner.uid === uid)) this.objects.delete(id);
    }
  }

  isGated(name: string): boolean {
    const ingress = this.ingresses.get(name);
    return ingress !== undefined && Object.keys(traefik.read(ingress).annotations).length > 0;
  }

  conditionsOf(window: string): Readonly<Record<string, string>> {
    const conditions = this.windows.get(window)?.status?.conditions ?? [];
    return Object.fromEntries(conditions.map(({ type, reason }) => [type, reason]));
  }

  #decide(): Decided {
    const observed = this.observe();
    const plan = decide(observed);
    expect(textOf(decide(observed)), 'deciding twice').to.equal(textOf(plan));
    expect(textOf(decide(unseen(observed))), 'deciding on what was never seen before').to.equal(textOf(plan));
    return plan;
  }

  /** Somebody who undid a gate is noticed before anything is done. */
  #decideAndNotice(): Decided {
    const plan = this.#decide();
    return this.#reverts.notice(plan.wanted, this.now) ? this.#decide() : plan;
  }

  /** What a plan says of time has to be true: before it wakes, nothing but the world changes it. */
  #expectQuietUntil(wakeAt: Temporal.Instant): void {
    const half = this.now.until(wakeAt).total('seconds') / 2;
    const between = { ...this.observe(), now: this.now.add({ milliseconds: Math.floor(half * 1000) }) };
    const { operations, statuses } = decide(between);
    expect({ operations, statuses }, `between ${String(this.now)} and ${String(wakeAt)}`).to.deep.equal({
      operations: [],
      statuses: [],
    });
  }

  #isLoaded(uid: string, revision: string): boolean {
    const policy = this.#loaded.get(uid);
    return (
      (this.health === 'serving' || this.health === 'recovering') &&
      policy !== undefined &&
      encodePolicy(policy).revision === revision
    );
  }

  #apply(operation: Operation): void {
    switch (operation.kind) {
      case 'ApplyPolicy': {
        const { policy, acceptedSpec } = operation;
        this.policies.set(policy.window.uid, { policy, acceptedSpec: JSON.stringify(acceptedSpec) });
        return;
      }
      case 'DeletePolicy':
        expect(this.policies.delete(operation.windowUid), 'deletes a policy that stands').to.equal(true);
        return;
      case 'DeleteWindow':
        expect(this.windows.delete(operation.window.name), 'deletes a window that stands').to.equal(true);
        return;
      case 'ApplyGateObject':
        return this.#applyObject(operation.object);
      case 'DeleteGateObject':
        return this.#deleteObject(operation.object.uid);
      case 'PutGate':
        return this.#put(operation);
      case 'TakeGate':
        return this.#take(operation);
    }
  }

  #applyObject(object: Extract<Operation, { kind: 'ApplyGateObject' }>['object']): void {
    const id = `${object.kind}/${object.metadata.name}`;
    const before = this.objects.get(id);
    this.#uids += 1;
    const uid = before?.metadata.uid ?? `object-${this.#uids}`;
    this.objects.set(id, { ...object, metadata: { ...object.metadata, uid } });
    if (before === undefined) this.#madeAt.set(uid, this.now);
  }

  #deleteObject(uid: string): void {
    this.#noteReferences();
    const found = [...this.objects].find(([, { metadata }]) => metadata.uid === uid);
    if (found === undefined) throw new Error(`deletes ${uid}, which does not stand`);
    const [id, { metadata }] = found;
    const referredAt = this.#referredAt.get(uid);
    if (referredAt !== undefined) this.#expectOlder(referredAt, `${id} was referred to until`);
    expect(
      this.#references().has(traefik.reference({ ...metadata, kind: 'Middleware' }) ?? ''),
      `${id} is still referred to`,
    ).to.equal(false);
    this.controller.expectUnused(metadata, this.ingresses.values());
    this.objects.delete(id);
  }

  #put({ ingress: { name, uid }, annotations, replaces }: GatePut): void {
    const ingress = this.#ingress(name, uid);
    const { metadata } = ingress;
    if (replaces !== undefined) expect(metadata.annotations, 'what a patch tests').to.include(replaces);
    const after = {
      ...ingress,
      metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
    };
    expect(theirElements(after), 'what others keep in the list').to.deep.equal(theirElements(ingress));
    const { references } = traefik.read(after);
    expect(references, 'a gate refers to something').not.to.deep.equal([]);
    for (const reference of references) {
      const object = [...this.objects.values()].find(
        ({ kind, metadata: named }) => traefik.reference({ ...named, kind }) === reference,
      );
      if (object === undefined) throw new Error(`${name} names ${reference}, which does not stand`);
      this.#expectOlder(this.#madeAt.get(object.metadata.uid), `${name} names ${reference}, made at`);
    }
    this.ingresses.set(name, after);
    this.#noteReferences();
  }

  #take({ ingress: { name, uid }, annotations: taken }: Extract<Operation, { kind: 'TakeGate' }>): void {
    this.#noteReferences();
    const ingress = this.#ingress(name, uid);
    const present = ingress.metadata.annotations ?? {};
    for (const [key, value] of Object.entries(taken)) expect(present[key]).to.equal(value);
    const kept = Object.entries(present).filter(([key]) => !(key in taken));
    const annotations = { ...Object.fromEntries(kept), ...traefik.read(ingress).remains };
    const after = { ...ingress, metadata: { ...ingress.metadata, annotations } };
    expect(theirElements(after), 'what others keep in the list').to.deep.equal(theirElements(ingress));
    this.ingresses.set(name, after);
  }

  #ingress(name: string, uid: string): Ingress {
    const ingress = this.ingresses.get(name);
    if (ingress?.metadata.uid !== uid)
      throw new Error(`writes to Ingress ${name} ${uid}, which is not there`);
    return ingress;
  }

  #references(): ReadonlySet<string> {
    return new Set([...this.ingresses.values()].flatMap((ingress) => traefik.read(ingress).references));
  }

  #noteReferences(): void {
    const references = this.#references();
    for (const { kind, metadata } of this.objects.values()) {
      if (references.has(traefik.reference({ ...metadata, kind }) ?? ''))
        this.#referredAt.set(metadata.uid, this.now);
    }
  }

  #expectOlder(when: Temporal.Instant | undefined, what: string): void {
    const age = when && when.until(this.now).total('seconds');
    expect(age, `${what} ${String(when)}, now ${String(this.now)}`).to.be.at.least(settleSeconds);
  }

  #writeStatuses({ statuses }: Decided): void {
    for (const { window: ref, status, events } of statuses) {
      const window = this.windows.get(ref.name);
      if (window === undefined) throw new Error(`a status for ${ref.name}, which is not there`);
      expectNews(window, status, events);
      this.events.push(...events);
      this.windows.set(ref.name, { ...window, status });
    }
  }

  /** Responders load what stands, unless they are dead or deaf. */
  #follow(): void {
    if (!this.isFollowing || this.health === 'down') return;
    this.#loaded.clear();
    for (const [uid, { policy }] of this.policies) this.#loaded.set(uid, policy);
  }

  #probe(targets: readonly ProbeTarget[]): void {
    this.#proofs = new Map(targets.map(({ gate }) => [gate, this.#proofOf(gate)]));
  }

  #proofOf(gate: GateKey): Proof {
    const ingress = this.ingresses.get(gate.slice(gate.indexOf('/') + 1));
    if (ingress === undefined || !this.controller.isReached(this.health)) return unreachable;
    if (!this.controller.asks(ingress)) return gone;
    return { ...proofBy(this.#loaded.values(), ingress.metadata.name, this.now), spoofed: this.isGullible };
  }
}
