import { expect } from 'chai';
import { KubeClient } from '../../../src/kube/client.ts';
import { EventRecorder, type EventInput } from '../../../src/kube/events.ts';
import type { KubeEvent } from '../../../src/kube/kinds.ts';
import { FakeApi } from './fake-api.ts';
import { FakeClock, settle } from './fake-clock.ts';

const event = (over: Partial<EventInput> = {}): EventInput => ({
  regarding: {
    apiVersion: 'backsoon.dev/v1alpha1',
    kind: 'MaintenanceWindow',
    namespace: 'shop',
    name: 'db-upgrade',
    uid: 'u-1',
  },
  type: 'Normal',
  reason: 'Closed',
  action: 'Close',
  note: '12 of 12 gates are closed',
  ...over,
});

describe('EventRecorder', () => {
  let api: FakeApi;
  let clock: FakeClock;
  let recorder: EventRecorder;
  let errors: string[];

  const events = (): KubeEvent[] => [...api.objects.values()] as unknown as KubeEvent[];

  beforeEach(() => {
    api = new FakeApi();
    clock = new FakeClock();
    errors = [];
    recorder = new EventRecorder({
      client: new KubeClient(api),
      source: { controller: 'backsoon.dev/operator', instance: 'operator-0' },
      clock,
      onError: (error) => errors.push(String(error)),
    });
  });
  afterEach(() => {
    recorder.stop();
    expect(clock.pending).to.deep.equal([]);
  });

  it('writes an event of events.k8s.io in the object’s namespace', async () => {
    recorder.record(event());
    await clock.advance(0);
    const [path] = api.objects.keys();
    expect(path).to.match(/^\/apis\/events\.k8s\.io\/v1\/namespaces\/shop\/events\/db-upgrade\.[0-9a-z]+$/);
    const [written] = events();
    expect(written).to.deep.include({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      reportingController: 'backsoon.dev/operator',
      reportingInstance: 'operator-0',
      type: 'Normal',
      reason: 'Closed',
      action: 'Close',
      note: '12 of 12 gates are closed',
      regarding: event().regarding,
    });
    expect(written?.eventTime).to.match(/\.\d{6}Z$/);
    expect(written?.series).to.equal(undefined);
  });

  it('counts repeats within six minutes on the same event, with few writes', async () => {
    recorder.record(event());
    await clock.advance(0);
    for (let repeat = 0; repeat < 5; repeat += 1) recorder.record(event());
    await clock.advance(10_000);
    expect(events()).to.have.length(1);
    expect(events()[0]?.series).to.deep.include({ count: 6 });
    expect(api.requests).to.have.length(2);
  });

  it('begins a new event after six quiet minutes, or when the note differs', async () => {
    recorder.record(event());
    await clock.advance(360_001);
    recorder.record(event());
    recorder.record(event({ note: '11 of 12 gates are closed' }));
    await clock.advance(0);
    expect(events()).to.have.length(3);
  });

  it('writes the first with its count when it happened again before it was written', async () => {
    recorder.record(event());
    recorder.record(event());
    await recorder.flush();
    expect(events()[0]?.series).to.deep.include({ count: 2 });
    expect(api.requests).to.have.length(1);
  });

  it('begins anew when the server has thrown the event away', async () => {
    recorder.record(event());
    await clock.advance(0);
    api.objects.clear();
    recorder.record(event());
    await clock.advance(10_000);
    expect(events()[0]?.series).to.deep.include({ count: 2 });
    expect(errors).to.deep.equal([]);
  });

  it('limits the events of one object, not those of others', async () => {
    for (let index = 0; index < 40; index += 1) recorder.record(event({ note: `note ${index}` }));
    recorder.record(event({ regarding: { ...event().regarding, name: 'other', uid: 'u-2' } }));
    await recorder.flush();
    expect(events()).to.have.length(26);
    expect(errors).to.have.length(15);
    expect(errors[0]).to.contain('dropped: too many');
  });

  it('tries again later when the server is not there, and never throws', async () => {
    let down = true;
    api.disturb = async () => {
      if (down) throw new Error('no route');
    };
    recorder.record(event());
    await clock.advance(12_000);
    down = false;
    await clock.advance(5000);
    expect(events()).to.have.length(1);
    expect(errors).to.deep.equal([]);
  });

  it('gives an event up that the server will never take', async () => {
    api.disturb = async () => {
      throw new Error('no route');
    };
    recorder.record(event());
    await clock.advance(300_000);
    expect(errors).to.have.length(1);
    expect(api.requests).to.have.length(12);
  });

  it('does not write twice what arrived although its answer was lost', async () => {
    let lost = false;
    api.disturb = async (_request, phase) => {
      if (phase !== 'answer' || lost) return;
      lost = true;
      throw new Error('cut off');
    };
    recorder.record(event());
    await clock.advance(10_000);
    expect(events()).to.have.length(1);
    expect(errors).to.deep.equal([]);
  });

  it('writes what is pending on flush, and waits no longer than it was told', async () => {
    recorder.record(event());
    await recorder.flush();
    expect(events()).to.have.length(1);
    const stuck = Promise.withResolvers<void>();
    api.disturb = async () => stuck.promise;
    recorder.record(event({ reason: 'Opened' }));
    let flushed = false;
    void recorder.flush(1000).then(() => (flushed = true));
    await clock.advance(999);
    expect(flushed).to.equal(false);
    await clock.advance(1);
    expect(flushed).to.equal(true);
    stuck.resolve();
    await settle();
  });

  it('keeps to the API’s limits', async () => {
    const name = `${'a'.repeat(198)}-.${'b'.repeat(50)}`;
    recorder.record(event({ regarding: { ...event().regarding, name }, note: 'ü'.repeat(1000) }));
    await recorder.flush();
    const [written] = events();
    expect(Buffer.byteLength(written?.note ?? '')).to.be.within(1020, 1024);
    expect(written?.note).to.match(/^ü+…$/);
    expect(written?.metadata.name).to.match(/^a{198}\.[0-9a-z]+$/);
  });
});
