import { createHash, randomBytes } from 'node:crypto';
import { addresses } from '../test/cluster/addresses.ts';
import type { Screen } from './screen.ts';
import { Shell } from './shell.ts';
import { Squid } from './squid.ts';
import { Visitors } from './visit.ts';

/** Who is in the story, by address. The browser on the host is a third one, 198.51.100.10. */
export const people = {
  visitor: '198.51.100.23',
  colleague: '198.51.100.77',
} as const;

/** Anybody else: one address for each of a crowd. */
export const strangers: readonly string[] = Array.from({ length: 220 }, (_, index) =>
  addresses.visitorCidr.replace(/0\/24$/, String(index + 30)),
).filter((address) => address !== people.colleague);

export const window = { namespace: 'shop', name: 'stocktaking' } as const;

/** What the steps of one tour share. */
export class Scene {
  readonly screen: Screen;
  readonly shell: Shell;
  readonly visitors: Visitors;
  readonly token = `bsn_${randomBytes(32).toString('base64url')}`;
  /** The Ingress before anything was closed, as `kubectl get -o json` says it. */
  ingressBefore = '';
  #squid: Squid | undefined;

  constructor(screen: Screen) {
    this.screen = screen;
    this.shell = new Shell(screen);
    this.visitors = new Visitors(screen);
  }

  get tokenHash(): string {
    return createHash('sha256').update(this.token).digest('hex');
  }

  async startSquid(): Promise<void> {
    this.#squid ??= await Squid.start();
  }

  /** Ends what the steps have started outside of the cluster. */
  async close(): Promise<void> {
    await this.#squid?.stop();
  }
}

/** One step of the tour. */
export interface Step {
  /** What is seen when the step is over, as a sentence without a full stop. */
  readonly title: string;
  readonly explanation: string;
  /** What to look at in a browser afterwards; `%s` stands for the shop's address. */
  readonly browser?: string;
  /** Does it and shows it. @throws NotSeen when something else was seen. */
  readonly run: (scene: Scene) => Promise<void>;
}
