import type { Phase } from '../../../src/api/generated/maintenance-window.ts';
import { isKubeError } from '../../../src/kube/errors.ts';
import { api, windows } from './cluster.ts';
import type { WindowDraft } from './window.ts';

/** Follows a window by a watch, so that no phase goes by unseen. */
export class PhaseRecorder implements AsyncDisposable {
  readonly #leave = new AbortController();
  readonly #seen: Phase[] = [];
  readonly #watching: Promise<void>;

  constructor(window: WindowDraft) {
    this.#watching = this.#watch(window);
  }

  /** The phases in their order, each once. */
  get seen(): readonly Phase[] {
    return this.#seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave.abort();
    await this.#watching;
  }

  async #watch({ metadata: { namespace, name } }: WindowDraft): Promise<void> {
    const selection = { namespace, fieldSelector: `metadata.name=${name}` };
    const { items, resourceVersion } = await api.list(windows, selection);
    for (const { status } of items) this.#see(status?.phase);
    const options = { ...selection, resourceVersion, timeoutSeconds: 300, signal: this.#leave.signal };
    try {
      for await (const event of api.watch(windows, options)) {
        if (event.type === 'ADDED' || event.type === 'MODIFIED') this.#see(event.object.status?.phase);
      }
    } catch (error) {
      if (!this.#leave.signal.aborted || isKubeError(error)) throw error;
    }
  }

  #see(phase: Phase | undefined): void {
    if (phase !== undefined && this.#seen.at(-1) !== phase) this.#seen.push(phase);
  }
}
