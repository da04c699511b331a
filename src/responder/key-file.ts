import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keysFile, parseKeys, type SigningKeys } from '../access/keys.ts';

export interface KeyFileOptions {
  /** Where the Secret is mounted. */
  readonly directory: string;
  readonly pollMs: number;
  /** The keys have changed; called for the first ones too. */
  readonly onChange: (keys: SigningKeys) => void;
  /** The file is missing or bad, where it was not just before. */
  readonly onProblem: (error: Error) => void;
}

/**
 * The keys of a mounted Secret, followed as they change. The kubelet swaps symbolic links, which file watches
 * miss: the small file is read every few seconds instead. A bad file leaves the last good keys in force.
 */
export class KeyFile {
  readonly #options: KeyFileOptions;
  #keys: SigningKeys | undefined;
  #text: string | undefined;
  #problem: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: KeyFileOptions) {
    this.#options = options;
  }

  /** Undefined until a good file was read. */
  get keys(): SigningKeys | undefined {
    return this.#keys;
  }

  /** Reads the file and keeps reading it until {@link stop}. */
  async start(): Promise<void> {
    await this.#read();
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.start(), this.#options.pollMs).unref();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    try {
      const text = await readFile(join(this.#options.directory, keysFile), 'utf8');
      const isNew = text !== this.#text;
      const keys = isNew ? parseKeys(text) : this.#keys;
      this.#problem = undefined;
      if (!isNew || keys === undefined) return;
      this.#text = text;
      this.#keys = keys;
      this.#options.onChange(keys);
    } catch (error) {
      const problem = error instanceof Error ? error : new Error(String(error));
      if (problem.message === this.#problem) return;
      this.#problem = problem.message;
      this.#options.onProblem(problem);
    }
  }
}
