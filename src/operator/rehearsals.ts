import type { GateKey } from '../api/ingress.ts';
import { gateKey } from '../api/ingress.ts';
import { fieldManager } from '../api/names.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import type { WorkResult } from '../kube/work-queue.ts';
import { WorkQueue } from '../kube/work-queue.ts';
import type { WriteFailure } from './decide/observed.ts';
import type { Operation, Plan, Rehearsal, RehearsedOperation } from './decide/plan.ts';
import { gateObjectResources } from './gate-objects.ts';
import { writeGate } from './gate-write.ts';
import { inParallel } from './in-parallel.ts';
import { gateFailure } from './write-failure.ts';

export interface RehearsalOptions {
  readonly client: KubeClient;
  readonly installNamespace: string;
  readonly clock: Clock;
  /** Something new is known of a namespace. */
  readonly onChange: (namespace: string) => void;
  readonly onError: (what: string, error: unknown) => void;
}

/** What the API server said to a question. */
interface Answer {
  readonly question: string;
  /** undefined: it would take the gate. */
  readonly failure: WriteFailure | undefined;
  /** How often in a row it was refused. */
  readonly refusals: number;
  /** When it was asked, in monotonic milliseconds. */
  readonly at: number;
}

/** Dry runs at once: they wait for nobody, and the API server has other work. */
const asksAtOnce = 4;
const firstRetryMs = 60_000;
const lastRetryMs = 900_000;

/** When to ask again about what was refused so often in a row: nobody tells when a right or a webhook changes. */
const retryMs = (refusals: number): number =>
  Math.min(firstRetryMs * 2 ** Math.min(refusals - 1, 30), lastRetryMs);

/**
 * Asks the API server by dry runs whether it would take the gates that windows will need, so that a missing right, an
 * admission webhook or another field manager is known days ahead. Each question is asked once: again only when its
 * Ingress or its gate changed, and from time to time while the answer is no. Answers are lost with the process.
 */
export class Rehearsals {
  readonly #options: RehearsalOptions;
  readonly #manager: string;
  /** Namespaces in which something is to be asked: one after the other, so that all together are bounded. */
  readonly #queue: WorkQueue;
  readonly #planned = new Map<string, readonly Rehearsal[]>();
  /** By namespace. */
  readonly #answers = new Map<string, Map<GateKey, Answer>>();

  constructor(options: RehearsalOptions) {
    this.#options = options;
    this.#manager = fieldManager(options.installNamespace);
    this.#queue = new WorkQueue({
      clock: options.clock,
      maxDelayMs: firstRetryMs,
      onError: (namespace, error) => options.onError(`dry run in ${namespace}`, error),
    });
  }

  /** Runs until the signal ends it. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#queue.run(1, (namespace) => this.#ask(namespace, signal), signal);
  }

  /** Was this very question answered? */
  isAnswered(namespace: string, gate: GateKey, question: string): boolean {
    return this.#answers.get(namespace)?.get(gate)?.question === question;
  }

  /** The gates that the API server would not take. */
  failures(namespace: string): ReadonlyMap<GateKey, WriteFailure> {
    const answers = [...(this.#answers.get(namespace) ?? [])];
    return new Map(
      answers.flatMap(([gate, { failure }]) => (failure === undefined ? [] : [[gate, failure]])),
    );
  }

  /** To be told what was decided, and what of it was done. */
  consider(
    namespace: string,
    { rehearsals, wanted }: Pick<Plan, 'rehearsals' | 'wanted'>,
    done: readonly Operation[],
  ): void {
    this.#planned.set(namespace, rehearsals);
    this.#forget(namespace, { rehearsals, wanted }, done);
    const answers = this.#answers.get(namespace);
    if (rehearsals.some(({ gate, question }) => answers?.get(gate)?.question !== question)) {
      this.#queue.add(namespace);
    }
  }

  /** A refusal stands until the gate is on after all, or nobody wants it any more. */
  #forget(
    namespace: string,
    { rehearsals, wanted }: Pick<Plan, 'rehearsals' | 'wanted'>,
    done: readonly Operation[],
  ): void {
    const answers = this.#answers.get(namespace);
    if (answers === undefined) return;
    const put = new Set(
      done.flatMap((operation) =>
        operation.kind === 'PutGate' ? [gateKey(operation.ingress.namespace, operation.ingress.name)] : [],
      ),
    );
    const off = wanted.filter(({ on, gate }) => !on && !put.has(gate));
    const kept = new Set([...rehearsals, ...off].map(({ gate }) => gate));
    // The map itself stays: answers may be on their way into it.
    for (const gate of answers.keys()) if (!kept.has(gate)) answers.delete(gate);
  }

  async #ask(namespace: string, signal: AbortSignal): Promise<WorkResult> {
    const answers = this.#answers.get(namespace) ?? new Map<GateKey, Answer>();
    const now = this.#options.clock.monotonic();
    const due = (this.#planned.get(namespace) ?? []).filter(({ gate, question }) =>
      isDue(answers.get(gate), question, now),
    );
    if (due.length === 0) return { requeueAfterMs: this.#nextDue(namespace) };
    this.#answers.set(namespace, answers);
    const errors: unknown[] = [];
    const refusal = await this.#refusalOfObjects(due, errors);
    await inParallel(errors.length > 0 ? [] : due, asksAtOnce, async (rehearsal) => {
      if (signal.aborted) return;
      const error = refusal ?? (await this.#errorOf(gateOperation(rehearsal)));
      const failure = error === undefined ? undefined : gateFailure(rehearsal.gate, error);
      if (error !== undefined && failure === undefined) errors.push(error);
      else this.#take(answers, rehearsal, failure);
    });
    this.#options.onChange(namespace);
    // Whatever has no answer yet is asked again, later each time.
    if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('; '));
    return { requeueAfterMs: this.#nextDue(namespace) };
  }

  #take(
    answers: Map<GateKey, Answer>,
    { gate, question }: Rehearsal,
    failure: WriteFailure | undefined,
  ): void {
    const refusals = failure === undefined ? 0 : (answers.get(gate)?.refusals ?? 0) + 1;
    answers.set(gate, { question, failure, refusals, at: this.#options.clock.monotonic() });
  }

  /** One object of each kind stands for all of them: who may write one in a namespace may write them all. */
  async #refusalOfObjects(due: readonly Rehearsal[], errors: unknown[]): Promise<unknown> {
    const kinds = new Map(
      due
        .flatMap(({ operations }) => operations)
        .flatMap((operation) =>
          operation.kind === 'ApplyGateObject' ? [[operation.object.kind, operation] as const] : [],
        ),
    );
    for (const operation of kinds.values()) {
      const error = await this.#errorOf(operation);
      if (error === undefined) continue;
      if (gateFailure(operation.gate, error) !== undefined) return error;
      errors.push(error);
    }
    return undefined;
  }

  /** What the write would fail with; undefined: nothing. */
  async #errorOf(operation: RehearsedOperation | undefined): Promise<unknown> {
    try {
      if (operation !== undefined) await this.#apply(operation);
      return undefined;
    } catch (error) {
      return error ?? new Error('failed without saying why');
    }
  }

  /** Exactly the write that would be made, and nothing is written. */
  async #apply(operation: RehearsedOperation): Promise<unknown> {
    const { client } = this.#options;
    const options = { fieldManager: this.#manager, dryRun: true };
    if (operation.kind === 'ApplyGateObject') {
      const { object } = operation;
      return client.apply(gateObjectResources[object.kind], { ...object }, { ...options, force: true });
    }
    return writeGate(client, operation, options);
  }

  /** Milliseconds until the first refusal is worth another question. */
  #nextDue(namespace: string): number | undefined {
    const answers = this.#answers.get(namespace);
    const now = this.#options.clock.monotonic();
    const waits = (this.#planned.get(namespace) ?? []).flatMap(({ gate }) => {
      const answer = answers?.get(gate);
      return answer?.failure === undefined ? [] : [dueAt(answer) - now];
    });
    return waits.length === 0 ? undefined : Math.max(0, Math.min(...waits));
  }
}

const gateOperation = ({ operations }: Rehearsal): RehearsedOperation | undefined =>
  operations.find(({ kind }) => kind === 'PutGate');

const dueAt = ({ at, refusals }: Answer): number => at + retryMs(refusals);

const isDue = (answer: Answer | undefined, question: string, now: number): boolean =>
  answer?.question !== question || (answer.failure !== undefined && now >= dueAt(answer));
