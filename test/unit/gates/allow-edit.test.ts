import { expect } from 'chai';
import * as fc from 'fast-check';
import type { GatePlan } from '../../../src/gates/driver.ts';
import { traefik } from '../../../src/gates/traefik.ts';
import { anIngress, annotated, markedEditable, markedPreWired } from '../builders/ingress.ts';
import { planInput } from '../builders/observed.ts';

const middlewares = 'traefik.ingress.kubernetes.io/router.middlewares';
const ours = 'shop-backsoon-headers@kubernetescrd,shop-backsoon-web@kubernetescrd';
const stray = 'old-backsoon-headers@kubernetescrd,old-backsoon-web@kubernetescrd';
const auth = 'shop-auth@kubernetescrd';

const editable = (list: string) => anIngress(markedEditable, annotated({ [middlewares]: list }));

function planned(list: string): GatePlan {
  const plan = traefik.plan(planInput(editable(list)));
  if ('refusal' in plan) throw new Error(plan.refusal.message);
  return plan;
}

/** The list with our gate on; it has to be the one that the patch tests. */
function on(list: string): string {
  const { annotations, replaces } = planned(list);
  expect(replaces).to.deep.equal({ [middlewares]: list });
  return annotations[middlewares] ?? '';
}

/** The list as leaving makes it; undefined: it goes whole. */
function off(list: string): string | undefined {
  const { annotations, remains = {} } = traefik.read(editable(list));
  return annotations[middlewares] === undefined ? list : remains[middlewares];
}

describe('gates: Traefik’s list where its keepers allow the edit', () => {
  const table = [
    { title: 'ours come first', list: auth, put: `${ours},${auth}` },
    { title: 'ours come first, whoever came before', list: `${auth},${ours}`, put: `${ours},${auth}` },
    { title: 'ours are there already', list: `${ours},${auth}`, put: `${ours},${auth}` },
    { title: 'half of ours', list: `shop-backsoon-web@kubernetescrd,${auth}`, put: `${ours},${auth}` },
    { title: 'ours of another Ingress', list: `${stray},${auth}`, put: `${ours},${auth}` },
    { title: 'spaces and commas stay', list: ` ${auth} ,,x@file `, put: `${ours}, ${auth} ,,x@file ` },
    { title: 'nothing but a comma', list: ' , ', put: ours },
  ];
  for (const { title, list, put } of table) {
    it(title, () => expect(on(list)).to.equal(put));
  }

  it('is applied, not patched, while there is no list', () => {
    const plan = traefik.plan(planInput(anIngress(markedEditable)));
    expect(plan).to.deep.include({ annotations: { [middlewares]: ours } });
    expect(plan).not.to.have.property('replaces');
  });

  it('is git’s alone where it is pre-wired as well', () => {
    const wired = anIngress(markedEditable, markedPreWired, annotated({ [middlewares]: `${ours},${auth}` }));
    expect(traefik.plan(planInput(wired))).to.deep.include({ preWired: true });
    expect(traefik.read(wired)).not.to.have.property('remains');
  });

  it('must be allowed by the very word', () => {
    const marked = annotated({ 'backsoon.dev/allow-edit': 'yes', [middlewares]: auth });
    expect(traefik.plan(planInput(anIngress(marked)))).to.have.nested.property('refusal.reason', 'Conflict');
  });

  it('goes whole when nothing but ours is left of it', () => {
    expect(off(ours)).to.equal(undefined);
  });

  const theirs = fc.constantFrom(
    auth,
    ` ${auth}`,
    'shop-limit@kubernetescrd ',
    'x@file',
    '',
    // A namespace that is called like us, and a gate's half of another Ingress: whose they are is not known.
    'my-backsoon-demo-auth@kubernetescrd',
    'old-backsoon-web@kubernetescrd',
  );
  const list = fc
    .array(theirs, { minLength: 1, maxLength: 4 })
    .filter((elements) => elements.some((element) => element.trim() !== ''));

  it('is on after the edit, and a second edit changes nothing', () => {
    fc.assert(
      fc.property(list, (before) => {
        const put = on(before.join(','));
        expect(on(put)).to.equal(put);
        expect(traefik.read(editable(put)).annotations[middlewares]).to.equal(put);
      }),
    );
  });

  it('is as others left it when the gate is off again, byte for byte, whatever they did meanwhile', () => {
    fc.assert(
      fc.property(list, fc.array(fc.tuple(fc.nat(6), theirs), { maxLength: 4 }), (before, inserted) => {
        const carrying = on(before.join(',')).split(',');
        const meant = before.map((element) => ({ element }));
        const withOurs = ours.split(',').map((element) => ({ element }));
        const marked = [...withOurs, ...meant];
        expect(marked.map(({ element }) => element)).to.deep.equal(carrying);
        for (const [index, element] of inserted) marked.splice(index, 0, { element });
        const left = marked.filter((each) => !withOurs.includes(each)).map(({ element }) => element);
        expect(off(marked.map(({ element }) => element).join(','))).to.equal(left.join(','));
      }),
    );
  });
});
