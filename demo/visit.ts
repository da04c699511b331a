import { addresses } from '../test/cluster/addresses.ts';
import { shopHosts } from '../test/cluster/shop.ts';
import { NotSeen } from './not-seen.ts';
import type { Screen } from './screen.ts';
import { answerOf, typed, type Command } from './shell.ts';

/** One request for the shop's front page. */
export interface Visit {
  /** The visitor's own address. */
  readonly from: string;
  /** The address that is dialled; absent: the load balancer's. */
  readonly door?: string;
  /** Request header fields, such as `Accept: text/html`. */
  readonly headers?: readonly string[];
}

export interface Expected {
  readonly status: 200 | 503;
  /** Text that the head or the body holds. */
  readonly text?: string;
  /** How long the answer may take to become this; absent: the first one counts. */
  readonly withinSeconds?: number;
}

/** How much of an answer is shown, in lines. */
export interface Shown {
  readonly head?: number;
  readonly body?: number;
}

interface HttpAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

function commandFor({ from, door = addresses.loadBalancers.traefik, headers = [] }: Visit): Command {
  const fields = [`Host: ${shopHosts[0]}`, ...headers].flatMap((field) => ['-H', field]);
  return ['curl', '-si', '--max-time', '10', '--interface', from, ...fields, `http://${door}/`];
}

function parse(answer: string): HttpAnswer {
  const end = answer.indexOf('\r\n\r\n');
  const [head, body] = end === -1 ? [answer, ''] : [answer.slice(0, end), answer.slice(end + 4)];
  return { status: Number(/^HTTP\/\S+ (\d{3})/.exec(head)?.[1]), head: head.replaceAll('\r', ''), body };
}

const isAs = (answer: HttpAnswer, { status, text = '' }: Expected): boolean =>
  answer.status === status && `${answer.head}\n${answer.body}`.includes(text);

/** Visitors with curl. */
export class Visitors {
  readonly #screen: Screen;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /**
   * Makes a request, shows it and its answer.
   * @throws NotSeen when the answer is another than expected, and does not become it in time.
   */
  async see(visit: Visit, expected: Expected, { head = 1, body = 0 }: Shown = {}): Promise<void> {
    const command = commandFor(visit);
    this.#screen.command(typed(command));
    const deadline = Date.now() + (expected.withinSeconds ?? 0) * 1000;
    let answer = parse(await answerOf(command));
    while (!isAs(answer, expected) && Date.now() < deadline) answer = parse(await answerOf(command));
    this.#screen.answer(answer.head.split('\n').slice(0, head).join('\n'), head);
    if (body > 0) {
      this.#screen.line();
      this.#screen.answer(answer.body, body);
    }
    if (!isAs(answer, expected)) {
      const wanted = expected.text === undefined ? '' : ` with “${expected.text}” in it`;
      throw new NotSeen(
        `${expected.status}${wanted} from \`${typed(command)}\``,
        `${answer.head}\n\n${answer.body.slice(0, 500)}`,
      );
    }
  }
}
