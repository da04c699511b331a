import type { MaintenanceWindow } from '../../../src/api/generated/maintenance-window.ts';
import type { GateKey, Ingress, IngressClass } from '../../../src/api/ingress.ts';
import type { ClassSettings, PlanInput } from '../../../src/gates/driver.ts';
import { servedClasses } from '../../../src/gates/drivers.ts';
import type {
  Observed,
  ObservedObject,
  Proof,
  ResponderView,
  Revert,
  StoredPolicy,
  WriteFailure,
  WriteKey,
} from '../../../src/operator/decide/observed.ts';
import { decide } from '../../../src/operator/decide/decide.ts';
import { frozen, modified, type Modifier } from './freeze.ts';
import { traefikClass } from './ingress.ts';

type ObservedModifier = Modifier<Observed>;

export const instant = (text: string): Temporal.Instant => Temporal.Instant.from(text);

export const responderAddress = { clusterIP: '10.96.0.80', port: 80 };

/** Traefik's class as it is found in the cluster. */
export const traefikSettings: ClassSettings = {
  name: 'traefik',
  driver: 'traefik',
  trustedProxies: [],
  service: undefined,
};

/** What a driver plans by: an Ingress in a cluster where nothing is in the way. */
export const planInput = (ingress: Ingress, change: Partial<PlanInput> = {}): PlanInput => ({
  ingress,
  settings: traefikSettings,
  config: undefined,
  responder: responderAddress,
  install: 'backsoon-system',
  externalNames: new Set(),
  canaries: new Map(),
  ...change,
});

/** Responders that answer and have loaded whatever is asked of them. */
export const servingResponder: ResponderView = frozen({
  address: responderAddress,
  health: 'serving',
  loaded: () => true,
  findings: [],
  skews: [],
});

/** The namespace `shop` at 21:00, with Traefik's class, responders that serve, and nothing else in it. */
export const anObserved = (...modifiers: readonly ObservedModifier[]): Observed =>
  frozen(
    modified(
      {
        now: instant('2026-12-01T21:00:00Z'),
        namespace: 'shop',
        install: 'backsoon-system',
        windows: [],
        ingresses: [],
        objects: new Map(),
        policies: [],
        templates: new Map(),
        classes: {
          classes: [traefikClass],
          served: servedClasses({ settings: [], classes: [traefikClass] }),
          configs: new Map(),
        },
        externalNames: new Set(),
        responder: servingResponder,
        proofs: new Map(),
        failures: new Map(),
        rehearsed: () => true,
        reverts: new Map(),
        since: new Map(),
        settings: { settleSeconds: 5, leadSeconds: undefined },
      },
      modifiers,
    ),
  );

const changing =
  (change: Partial<Observed>): ObservedModifier =>
  (observed) => ({ ...observed, ...change });

export const at = (now: string): ObservedModifier => changing({ now: instant(now) });

export const withWindows = (...windows: readonly MaintenanceWindow[]): ObservedModifier =>
  changing({ windows });

export const withIngresses = (...ingresses: readonly Ingress[]): ObservedModifier => changing({ ingresses });

export const withPolicies = (...policies: readonly StoredPolicy[]): ObservedModifier =>
  changing({ policies });

export const withClasses = (
  classes: readonly IngressClass[],
  settings: readonly ClassSettings[] = [],
): ObservedModifier =>
  changing({ classes: { classes, served: servedClasses({ settings, classes }), configs: new Map() } });

/** Objects of ours that stand, and since when their controllers can have seen them. */
export const withObjects =
  (objects: readonly ObservedObject[], seen: string): ObservedModifier =>
  (observed) => ({
    ...observed,
    objects: new Map(objects.map((object) => [`${object.kind}/${object.metadata.name}`, object])),
    since: new Map([
      ...observed.since,
      ...objects.map(
        ({ kind, metadata }) => [`object:${kind}/${metadata.name}/${metadata.uid}`, instant(seen)] as const,
      ),
    ]),
  });

export const withResponder =
  (change: Partial<ResponderView>): ObservedModifier =>
  (observed) => ({ ...observed, responder: { ...observed.responder, ...change } });

/** Stands for the revision of the policies that are decided on. */
const present = 'present';

/** What the last probe of a gate showed. */
export const withProof =
  (gate: GateKey, proof: Proof): ObservedModifier =>
  (observed) => {
    const revision = proof.revision === present ? presentRevision(gate, observed) : proof.revision;
    return { ...observed, proofs: new Map([...observed.proofs, [gate, { ...proof, revision }]]) };
  };

function presentRevision(gate: GateKey, observed: Observed): string {
  const expected = decide(observed).probes.find((probe) => probe.gate === gate)?.expected;
  return expected?.gate === 'on' ? expected.revision : 'none';
}

/** What a probe of a gate that is gone shows. */
export const gone: Proof = {
  verdict: 'Gone',
  decision: undefined,
  revision: undefined,
  spoofed: undefined,
  reason: 'GatesProven',
  message: 'shop.example.com at 10.0.0.1 answered 200 without the gate.',
};

/** What a probe shows that is not answered. */
export const unreachable: Proof = {
  ...gone,
  verdict: 'Unproven',
  reason: 'Unreachable',
  message: 'shop.example.com at 10.0.0.1 did not answer.',
};

export const withFailure =
  (key: WriteKey, failure: WriteFailure): ObservedModifier =>
  (observed) => ({ ...observed, failures: new Map([...observed.failures, [key, failure]]) });

/** The API server has not been asked yet whether it would take any gate. */
export const unrehearsed: ObservedModifier = changing({ rehearsed: () => false });

export const withRevert =
  (gate: GateKey, revert: Revert): ObservedModifier =>
  (observed) => ({ ...observed, reverts: new Map([...observed.reverts, [gate, revert]]) });

/** What a probe shows that something else answered. */
export const wrong: Proof = {
  verdict: 'Wrong',
  decision: undefined,
  revision: undefined,
  spoofed: undefined,
  reason: 'NoEcho',
  message: 'Answered 404.',
};

/** What a probe of a gate that is in place shows; of the present policies unless said otherwise, see {@link withProof}. */
export const proven = (decision: 'open' | 'closed', revision = present): Proof => ({
  verdict: 'Proven',
  decision,
  revision,
  spoofed: false,
  reason: 'GatesProven',
  message: 'Proven at 1 of 1 probes.',
});
