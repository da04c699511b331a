import { setTimeout as pause } from 'node:timers/promises';
import type {
  MaintenanceWindow,
  MaintenanceWindowSpec,
} from '../../../src/api/generated/maintenance-window.ts';
import { apiVersion, kind } from '../../../src/api/names.ts';
import type { KubeClient } from '../../../src/kube/client.ts';
import type { NamespacedObject } from '../../../src/kube/objects.ts';
import { resources } from '../../../src/kube/resources.ts';
import type { Resource } from '../../../src/kube/resources.ts';
import { waitFor } from '../../cluster/wait.ts';
import type { AuditLog, Writes } from './audit.ts';
import { gatedCount, hasMiddlewares, namespaceOf } from './sites.ts';
import type { OperatorUsage, Usage } from './usage.ts';

type Window = NamespacedObject & MaintenanceWindow;
const windows = resources.maintenanceWindows as Resource<Window>;
const name = 'scale';

export const steadySeconds = 60;
/** From an edit to the start or end that it names: the responders have to be told before. */
const noticeSeconds = 15;

/** One step of a window: how long it took, what was written meanwhile, what it cost. */
export interface Step {
  readonly seconds: number;
  readonly writes: Writes;
  readonly usage: Usage;
}

/** All that was measured with so many Ingresses. */
export interface Row {
  readonly ingresses: number;
  /** A window with a start in the future was applied → every gate is proven; the settling time is in it. */
  readonly arm: Step;
  /** The start → every gate is proven closed. */
  readonly close: Step;
  readonly steady: Step;
  /** The end → no Ingress carries a gate, and the status says so. */
  readonly open: Step;
  /** After that: the last object of ours is gone. */
  readonly clear: Step;
  /** A window that closes at once was applied → every gate is proven closed. */
  readonly closeNow: Step;
  /** That window was deleted → the last object of ours is gone. */
  readonly openNow: Step;
}

export interface Bench {
  readonly api: KubeClient;
  readonly audit: AuditLog;
  readonly usage: OperatorUsage;
  readonly say: (line: string) => void;
}

const minutesAhead = (minutes: number): string => Temporal.Now.instant().add({ minutes }).toString();

/** On a whole second. @returns epoch milliseconds */
const soon = (): number => Math.ceil(Date.now() / 1000 + noticeSeconds) * 1000;
const rfc3339 = (epochMs: number): string => Temporal.Instant.fromEpochMilliseconds(epochMs).toString();

/** One window over so many Ingresses of one namespace, through all of its life. */
export class Cycle {
  readonly #bench: Bench;
  readonly #count: number;

  constructor(bench: Bench, count: number) {
    this.#bench = bench;
    this.#count = count;
  }

  async run(): Promise<Row> {
    await this.#lap();
    const end = minutesAhead(60);
    const arm = await this.#step('arm', async () => {
      await this.#apply({ start: minutesAhead(50), end });
      return this.#until('GatesProven is True', isTrue('GatesProven'));
    });
    const start = soon();
    const close = await this.#step('close', async () => {
      await this.#apply({ start: rfc3339(start), end });
      await this.#until('Closed is True', isTrue('Closed'));
      return (Date.now() - start) / 1000;
    });
    const steady = await this.#steady();
    const openAt = soon();
    const open = await this.#step('open', async () => {
      await this.#apply({ start: rfc3339(start), end: rfc3339(openAt) });
      await this.#until('the phase is Completed', isCompleted);
      return (Date.now() - openAt) / 1000;
    });
    const clear = await this.#step('clear', async () => this.#untilCleared());
    await this.#requireOpen();
    await this.#delete();
    const closeNow = await this.#step('close now', async () => {
      await this.#apply(undefined);
      return this.#until('Closed is True', isTrue('Closed'));
    });
    const openNow = await this.#step('open now', async () => {
      await this.#delete();
      return this.#untilCleared();
    });
    await this.#requireOpen();
    return { ingresses: this.#count, arm, close, steady, open, clear, closeNow, openNow };
  }

  /** What is written and used from now on belongs to the next step. */
  async #lap(): Promise<Omit<Step, 'seconds'>> {
    return { writes: this.#bench.audit.take(), usage: await this.#bench.usage.take() };
  }

  /** @param work returns the seconds that count */
  async #step(what: string, work: () => Promise<number>): Promise<Step> {
    const seconds = await work();
    const step = { seconds, ...(await this.#lap()) };
    const { usage } = step;
    this.#bench.say(
      `${this.#count}: ${what} ${seconds.toFixed(1)} s, ${usage.cpu_s.toFixed(1)} s of processor, ` +
        `${usage.rss_mb.toFixed(0)} MB, loop late by ${usage.loop_lag_max_ms.toFixed(0)} ms at most`,
    );
    return step;
  }

  /** The Events that tell of the last change are written within a moment; then nothing is to be. */
  async #steady(): Promise<Step> {
    await pause(5_000);
    await this.#lap();
    return this.#step('steady', async () => {
      await pause(steadySeconds * 1000);
      return steadySeconds;
    });
  }

  async #apply(schedule: MaintenanceWindowSpec['schedule']): Promise<void> {
    const spec: MaintenanceWindowSpec = {
      targets: [{ ingress: { selector: {} } }],
      ...(schedule === undefined ? {} : { schedule }),
    };
    const metadata = { namespace: namespaceOf(this.#count), name };
    await this.#bench.api.apply(
      windows,
      { apiVersion, kind, metadata, spec },
      { fieldManager: 'bench', force: true },
    );
  }

  async #delete(): Promise<void> {
    await this.#bench.api.delete(windows, { namespace: namespaceOf(this.#count), name });
  }

  /** @returns seconds since the call */
  async #until(what: string, holds: (window: Window) => boolean): Promise<number> {
    const began = performance.now();
    await waitFor(
      async () => {
        const window = await this.#bench.api.get(windows, { namespace: namespaceOf(this.#count), name });
        if (holds(window)) return true;
        throw new Error(
          JSON.stringify({ ...window.status, gateDetails: window.status?.gateDetails?.slice(0, 3) }),
        );
      },
      { what: `${this.#count} Ingresses: ${what}`, timeoutSeconds: this.#patience, intervalMs: 50 },
    );
    return (performance.now() - began) / 1000;
  }

  async #untilCleared(): Promise<number> {
    const began = performance.now();
    const { api } = this.#bench;
    await waitFor(async () => ((await hasMiddlewares(api, this.#count)) ? undefined : true), {
      what: `the last Middleware of ${this.#count} Ingresses to go`,
      timeoutSeconds: this.#patience,
    });
    return (performance.now() - began) / 1000;
  }

  get #patience(): number {
    return 120 + this.#count / 4;
  }

  async #requireOpen(): Promise<void> {
    const left = await gatedCount(this.#bench.api, this.#count);
    if (left > 0) throw new Error(`${left} of ${this.#count} Ingresses still carry a gate`);
  }
}

const isTrue =
  (type: string) =>
  ({ metadata, status }: Window): boolean =>
    status?.conditions?.some(
      (each) =>
        each.type === type && each.status === 'True' && each.observedGeneration === metadata.generation,
    ) ?? false;

const isCompleted = ({ metadata, status }: Window): boolean =>
  status?.observedGeneration === metadata.generation && status?.phase === 'Completed';
