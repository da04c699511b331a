import type { Output } from './outside.ts';

/** One line that says how far it is: rewritten on a terminal, else a new one whenever it says something else. */
export class Progress {
  readonly #output: Output;
  #shown = '';

  constructor(output: Output) {
    this.#output = output;
  }

  show(text: string): void {
    if (text === this.#shown) return;
    this.#shown = text;
    const { columns } = this.#output;
    if (columns === undefined) this.#output.write(`${text}\n`);
    else this.#output.write(`\r\u001B[2K${text.slice(0, Math.max(columns - 1, 1))}`);
  }

  /** Makes room for what is said next. */
  end(): void {
    if (this.#output.columns !== undefined && this.#shown !== '') this.#output.write('\r\u001B[2K');
    this.#shown = '';
  }
}
