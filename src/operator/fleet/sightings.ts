import type { GateKey } from '../../api/ingress.ts';
import type { SeenNonce } from '../../api/responder-status.ts';
import type { Round } from './roster.ts';

/** Did a gate bring a probe to a responder? `unknown`: a replica did not answer, so nobody can say that none has seen it. */
export type Sighting = SeenNonce | 'unseen' | 'unknown';

interface Question {
  readonly gate: GateKey;
  readonly nonce: string;
  readonly answer: (sighting: Sighting) => void;
}

/**
 * Asks responders which probes gates brought them, where the gate's own answer does not come through (design D7). A round of
 * asking that begins after the controller answered tells it all: the gate is asked before the visitor is answered.
 */
export class Sightings {
  readonly #askNow: () => void;
  #open: Question[] = [];

  /** @param askNow the next round is wanted at once */
  constructor(askNow: () => void) {
    this.#askNow = askNow;
  }

  /** To be asked when the controller has answered the probe. Resolves with `unknown` when the signal ends it. */
  async of(gate: GateKey, nonce: string, signal: AbortSignal): Promise<Sighting> {
    const { promise, resolve } = Promise.withResolvers<Sighting>();
    const giveUp = (): void => resolve('unknown');
    if (signal.aborted) return 'unknown';
    signal.addEventListener('abort', giveUp, { once: true });
    this.#open.push({ gate, nonce, answer: resolve });
    this.#askNow();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** A round begins. To be called with what came of it, whatever that is: nobody is to wait for ever. */
  begin(): (round: Round) => void {
    const questions = this.#open;
    this.#open = [];
    return (round) => {
      const answers = [...round.values()];
      const isComplete = answers.every((answer) => answer !== undefined);
      // Replicas of the version before report none.
      const seen = new Map(
        answers
          .flatMap((answer) => answer?.status.nonces ?? [])
          .map((each) => [`${each.gate} ${each.nonce}`, each]),
      );
      for (const { gate, nonce, answer } of questions)
        answer(seen.get(`${gate} ${nonce}`) ?? (isComplete ? 'unseen' : 'unknown'));
    };
  }
}
