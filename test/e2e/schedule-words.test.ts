import { expect } from 'chai';
import type { MaintenanceWindowSpec } from '../../src/api/generated/maintenance-window.ts';
import { isKubeError } from '../../src/kube/errors.ts';
import { scenario } from './toolkit/closures.ts';
import { clockShows, eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import type { IngressAsItIs } from './toolkit/traces.ts';
import { becomesAsBefore, ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { visit } from './toolkit/visitor.ts';
import type { Modifier, WindowDraft } from './toolkit/window.ts';
import { aWindow, scheduled, secondsAhead } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow, phaseBecomes, readWindow } from './toolkit/windows.ts';

/** "At once": a change goes by the API server, the operator and the responders, and that twice. */
const atOnceMs = 2_000;
const hour = 3_600_000;

const rfc3339 = (epochMs: number): string => Temporal.Instant.fromEpochMilliseconds(epochMs).toString();
const saying =
  (words: Partial<MaintenanceWindowSpec>): Modifier =>
  (spec) => ({ ...spec, ...words });

scenario("a person's word on a schedule", function () {
  this.timeout(90_000);
  let site: Site;
  let untouched: IngressAsItIs;
  let start: number;
  let window: WindowDraft;

  const draft = (end: number, ...words: readonly Modifier[]): WindowDraft =>
    aWindow({ namespace: site.namespace }, scheduled(start, end), ...words);

  /** Applies the window, and resolves with how long it took until a visitor met what is looked for. */
  async function reaches(changed: WindowDraft, look: () => Promise<void>): Promise<number> {
    window = changed;
    const applied = Date.now();
    await applyWindow(changed);
    await eventually('visitors meet the change', look, { everyMs: 20 });
    return Date.now() - applied;
  }
  const isOpen = async (): Promise<void> => {
    expect((await visit(site.host)).status).to.equal(200);
  };

  before(async () => {
    site = await openSite('words', { perSecond: 40 });
    untouched = await ingressNow(site);
  });
  beforeEach(async () => {
    start = secondsAhead(-1);
    window = draft(start + hour);
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
  });
  afterEach(async () => {
    await deleteWindow(window).catch((error: unknown) => {
      if (!isKubeError(error, 'NotFound')) throw error;
    });
    // What the next test reports as closed must not be the gate of this one, on its way off.
    await becomesAsBefore(site, untouched);
    await leavesNoTrace(site.namespace);
    await isOpen();
  });
  after(async () => removeSite(site));

  it('extension: visitors are told of the later end at once, and nobody gets in at the old one', async () => {
    const end = secondsAhead(5);
    window = draft(end);
    await applyWindow(window);
    const closure = staysClosed(site, [window]);
    const extended = draft(
      end,
      saying({ extension: { occurrence: rfc3339(start), until: rfc3339(end + hour) } }),
    );
    const tookMs = await reaches(extended, async () => {
      const { status, headers } = await visit(site.host);
      expect(status).to.equal(503);
      expect(Number(headers['retry-after'])).to.be.greaterThan(60);
    });
    console.log(`      the extension reached visitors after ${tookMs} ms`);
    expect(tookMs).to.be.lessThan(atOnceMs);
    await clockShows(end + 1_000);
    expect(site.crowd.statuses(end)).to.have.all.keys('503');
    closure.end();
  });

  it('suspend: opens at once, and closes again when it is taken back', async () => {
    const tookMs = await reaches(draft(start + hour, saying({ suspend: true })), isOpen);
    console.log(`      the suspension reached visitors after ${tookMs} ms`);
    expect(tookMs).to.be.lessThan(atOnceMs);
    await phaseBecomes(window, 'Suspended');
    window = draft(start + hour);
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    // The gate was on its way off: Traefik may take that in late, and a moment later the gate again.
    const closedAt = Date.now();
    const closure = staysClosed(site, [window]);
    await clockShows(closedAt + 4_000);
    expect(site.crowd.statuses(closedAt)).to.have.all.keys('503');
    closure.end();
  });

  it('endedAt: opens at once', async () => {
    const tookMs = await reaches(draft(start + hour, saying({ endedAt: rfc3339(Date.now()) })), isOpen);
    console.log(`      the end reached visitors after ${tookMs} ms`);
    expect(tookMs).to.be.lessThan(atOnceMs);
    await phaseBecomes(window, 'Completed');
  });

  it('an edit that can not be: the site stays as it was, and the message says what to write', async () => {
    const closure = staysClosed(site, [window]);
    const edited = Date.now();
    window = aWindow(
      { namespace: site.namespace },
      saying({ schedule: { cron: '61 * * * *', duration: '20s' } }),
    );
    await applyWindow(window);
    const { message } = await conditionBecomes(window, 'Accepted', { status: 'False' });
    console.log(`      ${message}`);
    expect(message).to.include('spec.schedule.cron');
    await conditionBecomes(window, 'Closed', { status: 'True' });
    expect((await readWindow(window)).status?.phase).to.equal('Closed');
    expect(site.crowd.statuses(edited)).to.have.all.keys('503');
    closure.end();
    // What stays in force of it can be ended all the same.
    await applyWindow({ ...window, spec: { ...window.spec, suspend: true } });
    await eventually('the site is open', isOpen);
  });

  it('endPolicy Hold: stays closed past the end, until endedAt opens at once', async () => {
    const end = secondsAhead(4);
    window = draft(end, saying({ endPolicy: 'Hold' }));
    await applyWindow(window);
    const closure = staysClosed(site, [window]);
    await phaseBecomes(window, 'Held');
    await clockShows(end + 1_000);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    expect(site.crowd.statuses(end)).to.have.all.keys('503');
    closure.end();
    const ended = draft(end, saying({ endPolicy: 'Hold', endedAt: rfc3339(Date.now()) }));
    const tookMs = await reaches(ended, isOpen);
    console.log(`      the end reached visitors after ${tookMs} ms`);
    expect(tookMs).to.be.lessThan(atOnceMs);
    await phaseBecomes(window, 'Completed');
  });

  it('ttlSecondsAfterCompleted: the object is gone so long after its end, and not sooner', async () => {
    const end = secondsAhead(2);
    window = draft(end, saying({ ttlSecondsAfterCompleted: 5 }));
    await applyWindow(window);
    await phaseBecomes(window, 'Completed');
    await eventually('the window is deleted', async () => {
      const left = await readWindow(window).then(
        () => true,
        (error: unknown) => !isKubeError(error, 'NotFound'),
      );
      expect(left).to.equal(false);
    });
    expect(Date.now() - end, 'milliseconds after the end').to.be.at.least(5_000);
  });
});
