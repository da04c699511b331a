const stepMs = 30_000;
const stepsOfFiveMinutes = 10;
const stepsOfAnHour = 120;

/** Time in steps of half a minute: what a sketch's memory is divided into. */
export const stepOf = (nowMs: number): number => Math.floor(nowMs / stepMs);

/** The first step that still belongs to the 5 minutes, or the hour, that end with `step`. */
export const fiveMinutesBefore = (step: number): number => step - stepsOfFiveMinutes;
export const anHourBefore = (step: number): number => step - stepsOfAnHour + 1;

/** How often something happened in the last 5 minutes and in the last hour, in fixed memory. */
export class Tally {
  fiveMinutes = 0;
  hour = 0;
  readonly #steps = new Uint32Array(stepsOfAnHour);
  #now: number;

  constructor(step: number) {
    this.#now = step;
  }

  /** One more, in the step that was last advanced to. */
  add(): void {
    const index = this.#now % stepsOfAnHour;
    this.#steps[index] = this.#at(index) + 1;
    this.fiveMinutes += 1;
    this.hour += 1;
  }

  /** Forgets all, and begins at this step. */
  reset(step: number): void {
    this.#steps.fill(0);
    this.fiveMinutes = 0;
    this.hour = 0;
    this.#now = step;
  }

  /** Time goes on: what is too old is dropped. A clock that steps back goes on counting where it was. */
  advance(step: number): void {
    if (step - this.#now >= stepsOfAnHour) this.reset(step);
    while (this.#now < step) {
      this.#now += 1;
      const index = this.#now % stepsOfAnHour;
      this.hour -= this.#at(index);
      this.#steps[index] = 0;
      // One step more than 5 minutes: the newest has only begun.
      this.fiveMinutes -= this.#at((this.#now - stepsOfFiveMinutes - 1 + stepsOfAnHour) % stepsOfAnHour);
    }
  }

  #at(index: number): number {
    return this.#steps[index] ?? 0;
  }
}
