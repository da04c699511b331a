import type { ObjectReference } from './kinds.ts';
import { microTime } from './micro-time.ts';
import type { ObjectDraft, ObjectRef } from './objects.ts';

/** Something that happened to an object, for `kubectl describe` and `kubectl events`. */
export interface EventInput {
  readonly regarding: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  /** UpperCamelCase, for machines: the same as the condition's reason. */
  readonly reason: string;
  /** UpperCamelCase: what was done or tried. */
  readonly action: string;
  /** For people; cut at the API's limit of 1024 bytes. */
  readonly note: string;
}

/** Who reports: `backsoon.dev/operator`, and which of its Pods. */
export interface EventSource {
  readonly controller: string;
  readonly instance: string;
}

/** A moment on both clocks. */
export interface Moment {
  readonly monotonicMs: number;
  readonly instant: Temporal.Instant;
}

/** KEP-383: repeats further apart are events of their own. */
const seriesMs = 360_000;

/** One event and its repeats: one object of the API, with a count. */
export class EventSeries {
  readonly ref: ObjectRef & { readonly namespace: string };
  readonly #event: EventInput;
  readonly #source: EventSource;
  readonly #first: Temporal.Instant;
  #last: Moment;
  #count = 1;
  #tries = 0;
  #isCreated = false;
  #dueAt: number | undefined;

  /** @param suffix makes the event's name unique: lower-case letters and digits. */
  constructor(event: EventInput, source: EventSource, { now, suffix }: { now: Moment; suffix: string }) {
    this.#event = event;
    this.#source = source;
    this.#first = now.instant;
    this.#last = now;
    this.#dueAt = now.monotonicMs;
    const { namespace = 'default', name } = event.regarding;
    // A part of a DNS name ends with a letter or a digit.
    this.ref = { namespace, name: `${name.slice(0, 200).replace(/[^a-z0-9]+$/, '')}.${suffix}` };
  }

  /** When there is something to write, in monotonic ms; undefined: nothing. */
  get dueAt(): number | undefined {
    return this.#dueAt;
  }

  isOver(monotonicMs: number): boolean {
    return monotonicMs - this.#last.monotonicMs > seriesMs;
  }

  /** It happened again; to be written within `delayMs`. */
  repeat(now: Moment, delayMs: number): void {
    this.#last = now;
    this.#count += 1;
    this.#dueAt ??= now.monotonicMs + delayMs;
  }

  /** Nothing is due any more, unless it is repeated or postponed meanwhile. Returns which try this is, from 1. */
  startWrite(): number {
    this.#dueAt = undefined;
    this.#tries += 1;
    return this.#tries;
  }

  postpone(monotonicMs: number): void {
    this.#dueAt = monotonicMs;
  }

  /** The object is there as it was last asked for. */
  written(): void {
    this.#isCreated = true;
    this.#tries = 0;
  }

  /** What to merge into the object; undefined when it has to be created first. */
  patch(): object | undefined {
    return this.#isCreated ? { series: this.#series() } : undefined;
  }

  /** The whole object, of events.k8s.io/v1. */
  object(): ObjectDraft {
    const { regarding, type, reason, action, note } = this.#event;
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: this.ref,
      eventTime: microTime(this.#first),
      reportingController: this.#source.controller,
      reportingInstance: this.#source.instance.slice(0, 128),
      type,
      reason: reason.slice(0, 128),
      action: action.slice(0, 128),
      note: cut(note, 1024),
      regarding,
      // The API refuses a count below 2.
      ...(this.#count > 1 ? { series: this.#series() } : {}),
    };
  }

  #series(): object {
    return { count: this.#count, lastObservedTime: microTime(this.#last.instant) };
  }
}

/** At most so many bytes of UTF-8, never half a character. */
const cut = (text: string, bytes: number): string => {
  const encoded = Buffer.from(text, 'utf8');
  if (encoded.length <= bytes) return text;
  const decoder = new TextDecoder();
  return decoder.decode(encoded.subarray(0, bytes - 3), { stream: true }) + '…';
};
