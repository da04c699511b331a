import { expect } from 'chai';
import type { Ingress } from '../../../../src/api/ingress.ts';
import { decide } from '../../../../src/operator/decide/decide.ts';
import type { Observed, Proof } from '../../../../src/operator/decide/observed.ts';
import { anIngress, anIngressClass, annotated, ofClass } from '../../builders/ingress.ts';
import {
  anObserved,
  withIngresses,
  withObjects,
  withPolicies,
  withProof,
  withWindows,
} from '../../builders/observed.ts';
import { aWindow } from '../../builders/window.ts';
import { configs, plannedFor, settings } from '../../gates/controllers.ts';
import { policiesOf, summaryOf } from './standing.ts';
import { servedClasses } from '../../../../src/gates/drivers.ts';

type Kind = 'haproxy-ingress' | 'ingress-nginx';

const classes = [
  anIngressClass('haproxy-ingress', 'haproxy-ingress.github.io/controller'),
  anIngressClass('ingress-nginx', 'k8s.io/ingress-nginx'),
];
const served = servedClasses({ settings: Object.values(settings), classes });

const proof = (change: Partial<Proof>): Proof => ({
  verdict: 'Proven',
  decision: 'closed',
  revision: 'none',
  spoofed: false,
  reason: 'GatesProven',
  message: 'There.',
  ...change,
});

const plain = (kind: Kind): Ingress => anIngress(ofClass(kind));
const gated = (kind: Kind): Ingress => annotated(plannedFor(plain(kind), kind).annotations)(plain(kind));

/** A namespace with one Ingress of this class, closed by a window or not. */
function namespaceWith(ingress: Ingress, isClosed: boolean): Observed {
  const observed = {
    ...anObserved(withIngresses(ingress), ...(isClosed ? [withWindows(aWindow())] : [])),
    classes: { classes, served, configs },
  };
  return withPolicies(...policiesOf(observed))(observed);
}

const standing = (observed: Observed, kind: Kind): Observed => {
  const objects = plannedFor(plain(kind), kind).objects.map((object) =>
    Object.assign({}, object, { metadata: { ...object.metadata, uid: `uid-${object.metadata.name}` } }),
  );
  return withObjects(objects, '2026-12-01T20:00:00Z')(observed);
};

const operationsOf = (observed: Observed): readonly string[] => summaryOf(decide(observed)).operations;

describe('operator: gates that are annotations of one value each', () => {
  it('haproxy-ingress: go on at once, for nothing has to stand before', () => {
    expect(operationsOf(namespaceWith(plain('haproxy-ingress'), true))).to.deep.equal(['PutGate web']);
  });

  it('ingress-nginx: go on when the Service of the page stands', () => {
    const fresh = namespaceWith(plain('ingress-nginx'), true);
    expect(operationsOf(fresh)).to.deep.equal(['ApplyGateObject backsoon']);
    expect(operationsOf(standing(fresh, 'ingress-nginx'))).to.deep.equal(['PutGate web']);
  });

  for (const kind of ['haproxy-ingress', 'ingress-nginx'] as const) {
    it(`${kind}: are asked whether they are gone after they came off, as long as it is not known`, () => {
      const off = namespaceWith(plain(kind), false);
      const asked = (observed: Observed) => decide(observed).probes.map(({ expected }) => expected.gate);
      expect(asked(off), 'never asked before').to.deep.equal([]);
      expect(asked(withProof('shop/web', proof({}))(off)), 'it answered a moment ago').to.deep.equal([
        'gone',
      ]);
      const gone = proof({ verdict: 'Gone', decision: undefined, revision: undefined });
      expect(asked(withProof('shop/web', gone)(off)), 'it is gone').to.deep.equal([]);
    });

    it(`${kind}: come off where no window wants them`, () => {
      expect(operationsOf(standing(namespaceWith(gated(kind), false), kind))).to.deep.equal(['TakeGate web']);
    });
  }

  it('ingress-nginx: the Service of the page goes when no gate names it', () => {
    const off = standing(namespaceWith(plain('ingress-nginx'), false), 'ingress-nginx');
    const { facts } = decide(off);
    const long = {
      ...off,
      since: new Map([...facts].map((fact) => [fact, off.now.subtract({ minutes: 1 })])),
    };
    expect(operationsOf(long)).to.deep.equal(['DeleteGateObject backsoon']);
  });

  it('haproxy-ingress has overlooked it: the Ingress is changed once, so that it is read again', () => {
    const open = proof({ verdict: 'Wrong', reason: 'SiteAnswers', decision: undefined, revision: undefined });
    const closed = (ingress: Ingress): Observed => withProof('shop/web', open)(namespaceWith(ingress, true));
    expect(operationsOf(closed(gated('haproxy-ingress')))).to.deep.equal(['PutGate web']);
    const touched = annotated({ 'backsoon.dev/touched': '2026-12-01T20:59:00Z' })(gated('haproxy-ingress'));
    expect(operationsOf(closed(touched))).to.deep.equal([]);
    const { operations } = decide(namespaceWith(touched, false));
    expect(operations[0]).to.have.nested.property('annotations.backsoon\\.dev/touched');
  });

  describe('ingress-nginx does not find the page', () => {
    const lost = proof({ verdict: 'Wrong', reason: 'NoRoute', decision: undefined, revision: undefined });
    const closed = (ingress: Ingress): Observed =>
      withProof('shop/web', lost)(standing(namespaceWith(ingress, true), 'ingress-nginx'));

    it('the Ingress is changed once, so that it is read again', () => {
      const { operations } = decide(closed(gated('ingress-nginx')));
      expect(operations).to.have.lengthOf(1);
      expect(operations[0]).to.deep.include({
        kind: 'PutGate',
        annotations: {
          ...plannedFor(plain('ingress-nginx'), 'ingress-nginx').annotations,
          'backsoon.dev/touched': '2026-12-01T21:00:00Z',
        },
      });
    });

    it('and not a second time', () => {
      const touched = annotated({ 'backsoon.dev/touched': '2026-12-01T20:59:00Z' })(gated('ingress-nginx'));
      expect(operationsOf(closed(touched))).to.deep.equal([]);
    });
  });
});
