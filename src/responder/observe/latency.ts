/** Upper bounds in seconds. An answer takes microseconds; a page that has to be rendered first, milliseconds. */
const bounds = [
  0.000_005, 0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025,
  0.05, 0.1, 0.25,
];

const name = 'backsoon_gate_answer_seconds';
const help = 'Time to make an answer at the gate port, without waiting for the event loop.';

/**
 * How long answers take, as a Prometheus histogram. Counting one costs a few nanoseconds and allocates nothing;
 * prom-client's own histogram costs more than a whole decision.
 */
export class Latency {
  /** Per bucket, not cumulative; the last one has no bound. */
  readonly #counts = new Float64Array(bounds.length + 1);
  #sumSeconds = 0;

  observe(seconds: number): void {
    let bucket = 0;
    // NaN and what is beyond the last bound end in the last bucket.
    while (bucket < bounds.length && !(seconds <= (bounds[bucket] ?? 0))) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sumSeconds += seconds;
  }

  /** In Prometheus' text format, with a line feed at the end. */
  render(): string {
    const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
    let total = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      total += count;
      lines.push(`${name}_bucket{le="${bounds[bucket] ?? '+Inf'}"} ${total}`);
    }
    lines.push(`${name}_sum ${this.#sumSeconds}`, `${name}_count ${total}`, '');
    return lines.join('\n');
  }
}
