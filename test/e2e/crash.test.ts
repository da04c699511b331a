import { expect } from 'chai';
import { scenario } from './toolkit/closures.ts';
import type { Death } from './toolkit/death.ts';
import { eventually } from './toolkit/eventually.ts';
import type { OperatorProcess } from './toolkit/operator-process.ts';
import { OperatorPlace } from './toolkit/operator-process.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import type { IngressAsItIs } from './toolkit/traces.ts';
import { becomesAsBefore, ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { visit } from './toolkit/visitor.ts';
import { aWindow } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow } from './toolkit/windows.ts';

/** A policy, two Middlewares, the annotation and some of the status; then all but the status again: at least. */
const fewestWrites = 9;
/** A policy and the Middlewares go out together, as do those that leave: one operator dies of them all. */
const fewestDeaths = 4;
const mostWrites = 30;

scenario('an operator that is killed', function () {
  this.timeout(180_000);
  const window = aWindow({ namespace: 'e2e-crash' });
  let site: Site;
  let untouched: IngressAsItIs;
  let place: OperatorPlace;
  let operator: OperatorProcess;
  let survived: string[];

  before(async () => {
    site = await openSite('crash');
    untouched = await ingressNow(site);
    // What visitors meet while Traefik catches up is not the question here, so nothing waits for it.
    place = await OperatorPlace.take({ settleSeconds: 0 });
  });
  after(async () => {
    await place?.[Symbol.asyncDispose]();
    await removeSite(site);
  });
  beforeEach(() => {
    survived = [];
  });
  afterEach(async () => operator.kill());

  /** Waits for what operators bring about; where one dies, `next` starts another. */
  async function outlive(look: () => Promise<void>, next: () => Promise<OperatorProcess>): Promise<void> {
    await eventually(
      'the operator is done',
      async () => {
        const write = operator.diedOf;
        if (write !== undefined) {
          survived.push(write);
          operator = await next();
        }
        await look();
      },
      { within: 60 },
    );
  }

  /** A window's life: closed, deleted, open, and everything as before. */
  async function live(next: () => Promise<OperatorProcess>): Promise<void> {
    await applyWindow(window);
    await outlive(async () => {
      await conditionBecomes(window, 'Closed', { status: 'True' }, { within: 0 });
    }, next);
    const closure = staysClosed(site, [window]);
    expect((await visit(site.host)).status).to.equal(503);
    closure.end();
    await deleteWindow(window);
    await outlive(async () => {
      await becomesAsBefore(site, untouched, { within: 0 });
      await leavesNoTrace(site.namespace, { within: 0 });
    }, next);
    await eventually('the site is open', async () => {
      expect((await visit(site.host)).status).to.equal(200);
    });
  }

  it('before any one of its writes leaves nothing that the next one does not finish', async () => {
    for (let lives = 1; lives <= mostWrites; lives += 1) {
      operator = await place.start({ when: 'before', survived });
      await live(async () => place.start());
      await operator.kill();
      if (survived.length < lives) break;
    }
    console.log(
      `      ${survived.length} writes, each the last of one operator:\n      ${survived.join('\n      ')}`,
    );
    expect(survived.length, 'writes of a whole life').to.be.within(fewestWrites, mostWrites - 1);
  });

  it('after every single write, so that it takes many to get anywhere, leaves nothing either', async () => {
    const mayfly: Death = { when: 'after', survived: [] };
    operator = await place.start(mayfly);
    await live(async () => place.start(mayfly));
    console.log(`      ${survived.length} operators died on the way:\n      ${survived.join('\n      ')}`);
    expect(survived.length, 'operators of a whole life').to.be.within(fewestDeaths, mostWrites);
  });
});
