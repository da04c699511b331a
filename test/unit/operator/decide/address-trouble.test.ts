import { expect } from 'chai';
import { decide } from '../../../../src/operator/decide/decide.ts';
import { explainTrouble } from '../../../../src/operator/decide/address-trouble.ts';
import type { Observed, Proof } from '../../../../src/operator/decide/observed.ts';
import {
  anObserved,
  proven,
  withIngresses,
  withPolicies,
  withProof,
  withResponder,
  withWindows,
} from '../../builders/observed.ts';
import { rule, withRules } from '../../builders/ingress.ts';
import { aWindow, windowCalled, withSpec } from '../../builders/window.ts';
import { policiesOf, withGates } from './standing.ts';
import { immediate, on, web } from './table.ts';

const spoofed = (known: boolean | undefined): Proof => ({ ...proven('closed'), spoofed: known });
const probed = (known: boolean | undefined, observed: Observed): Observed =>
  withProof('shop/web', spoofed(known))(observed);

/** The same, when the policies that deciding asks for have been written. */
const written = (observed: Observed): Observed => {
  const policies = policiesOf(observed);
  return policies.length === 0 ? observed : withPolicies(...policies)(observed);
};

const addressRules = (observed: Observed): readonly boolean[] =>
  written(observed).policies.flatMap(({ gates }) => gates.map((gate) => gate.addressRules));

const plausible = (observed: Observed) =>
  decide(observed).statuses[0]?.status.conditions?.find(({ type }) => type === 'ClientAddressesPlausible');

const closed = on(immediate);

describe('operator: clients that choose their address', () => {
  const caught = written(probed(true, closed));

  it('pass no address rule once a probe has shown it, and the condition says so', () => {
    expect(addressRules(probed(true, closed))).to.deep.equal([false]);
    const { status, reason, message } = plausible(probed(true, closed)) ?? {};
    expect([status, reason]).to.deep.equal(['False', 'SpoofableClientAddress']);
    for (const words of [
      'shop/web',
      '192.0.2.123',
      'its trusted list',
      'ingressControllers.traefik.trustedProxies',
    ]) {
      expect(message).to.contain(words);
    }
  });

  const hosts: readonly (readonly [string, readonly string[], boolean])[] = [
    ['one that names some hosts of the Ingress', ['shop.example.com'], true],
    ['one that names all of them', ['shop.example.com', 'www.example.com'], false],
  ];
  for (const [what, named, isTold] of hosts) {
    it(`tells ${what} ${isTold ? 'that it closes all' : 'nothing of hosts'}: hosts can be made up too`, () => {
      const wide = withRules(rule('shop.example.com', '/'), rule('www.example.com', '/'))(web);
      const observed = withIngresses(wide)(
        withWindows(aWindow(withSpec({ only: { hosts: [...named] } })))(immediate),
      );
      const { message = '' } = plausible(probed(true, on(observed))) ?? {};
      expect(message.includes('closes all hosts of this Ingress')).to.equal(isTold);
      expect(message.length).to.be.at.most(950);
    });
  }

  it('is no matter of the gate: it stays on', () => {
    expect(decide(caught).operations).to.deep.equal([]);
    expect(decide(probed(true, closed)).operations.map(({ kind }) => kind)).to.deep.equal(['ApplyPolicy']);
  });

  it('stays so without a new proof, also for an operator that has just started', () => {
    const afterwards = withResponder({ findings: undefined })({ ...caught, proofs: new Map() });
    expect(addressRules(afterwards)).to.deep.equal([false]);
    expect(plausible(afterwards)?.reason).to.equal('SpoofableClientAddress');
    expect(addressRules(probed(undefined, afterwards)), 'a proof that tells nothing').to.deep.equal([false]);
  });

  it('stays so for the next window of the same Ingress', () => {
    const both = withWindows(aWindow(), aWindow(windowCalled('next')))({ ...caught, proofs: new Map() });
    expect(policiesOf(both).flatMap(({ gates }) => gates)).to.deep.equal([
      { ingress: 'web', class: 'traefik', addressRules: false },
    ]);
  });

  it('ends with a proof that shows otherwise', () => {
    const mended = probed(false, caught);
    expect(addressRules(mended)).to.deep.equal([true]);
    expect(plausible(written(mended))?.status).to.equal('True');
  });

  it('is not so by default', () => {
    const fresh = withGates(anObserved(withWindows(aWindow()), withIngresses(web)), 'web');
    expect(addressRules(fresh)).to.deep.equal([true]);
  });
});

describe('operator: addresses that a proxy hides', () => {
  it('are told of with the cure', () => {
    const { reason, message } = explainTrouble(
      'shop/web',
      { reason: 'ClientHiddenByProxy', class: 'edge', because: undefined },
      false,
    );
    expect(reason).to.equal('ClientHiddenByProxy');
    for (const words of ['shop/web', 'tokens still work', 'PROXY protocol', 'ingressControllers.edge']) {
      expect(message).to.contain(words);
    }
  });
});
