import { expect } from 'chai';
import { appRequests } from './access-log.ts';
import { control, installNamespace } from './cluster.ts';
import { clockShows, eventually } from './eventually.ts';
import { operators, operatorPods } from './operator-pods.ts';
import { Random } from './random.ts';
import { responderPods, responders } from './responders.ts';
import type { Site } from './site.ts';
import { openNextTo, openSite, removeSite } from './site.ts';
import type { IngressAsItIs } from './traces.ts';
import { becomesAsBefore, ingressNow, leavesNoTrace } from './traces.ts';
import { tryToVisit } from './visitor.ts';
import type { WindowDraft } from './window.ts';
import { aWindow, scheduled, secondsAhead } from './window.ts';
import { applyWindow, conditionOf, deleteWindow, readWindow } from './windows.ts';

/** Who is killed, when, counted from the moment the windows were made, and for how long it is kept from coming back. */
export interface Kill {
  readonly victim: 'operator' | 'one responder' | 'all responders';
  readonly atMs: number;
  readonly downMs: number;
}

/** What became of one window of a round. */
export interface Outcome {
  readonly host: string;
  /** Requests without a pass that the app answered while the site was closed. */
  readonly letIn: number;
  /** Its gates were not on at its start, because nobody was alive to put them on: it closed as they came, or never. */
  readonly closedLate: boolean;
  /** Something of it was left too long after its end. */
  readonly leftShut: string | undefined;
  /** What visitors met between start and end, by status; 0: no answer. */
  readonly met: Readonly<Record<number, number>>;
}

/** One round: whole windows, and deaths at random moments of them. */
export interface Round {
  readonly seed: number;
  readonly kills: readonly Kill[];
  readonly windows: readonly Outcome[];
  /** Seconds from when everything was over and ran again to when nothing was left. */
  readonly convergedSeconds: number;
}

/** From a window's making to its start: with the tests' lead its gates go on at once, and need about half of it. */
const leadSeconds = 8;
const closedMs = 5_000;
/** The windows of one round begin one after the other: each death meets them at different moments of their lives. */
const apartMs = 2_000;
/** After the last end gates come off: for so long there are deaths. */
const openingMs = 4_000;
const mostDownMs = 3_000;
/** How soon everything has to be as before, once it is over and all run again. */
const patienceSeconds = 30;
/** A request that was let in just before the closing is still on its way to the app for so long. */
const onTheWayMs = 250;

/** Three sites in a namespace of their own, with people who try them all the time. */
export async function openCrashSites(name: string): Promise<readonly Site[]> {
  const first = await openSite(name, { perSecond: 20 });
  const more = await Promise.all(
    ['second', 'third'].map(async (next) =>
      openNextTo(first, { name: next, host: `${name}-${next}.test` }, { perSecond: 20 }),
    ),
  );
  return [first, ...more];
}

export async function closeCrashSites([first, ...more]: readonly Site[]): Promise<void> {
  await Promise.all(more.map(async ({ crowd }) => crowd.leave()));
  await removeSite(first);
}

function killsOf(random: Random, spanMs: number): readonly Kill[] {
  const victims = ['operator', 'one responder', 'all responders'] as const;
  return Array.from({ length: random.whole(2, 3) }, () => ({
    victim: random.one(victims),
    atMs: random.whole(0, spanMs),
    downMs: random.whole(0, mostDownMs),
  })).toSorted((a, b) => a.atMs - b.atMs);
}

/** Kills as a machine does that fails: SIGKILL, no handler runs. Resolves when it may run again. */
async function carryOut({ victim, atMs, downMs }: Kill, from: number, random: Random): Promise<void> {
  await clockShows(from + atMs);
  const target = async () => {
    if (victim === 'operator') return operators;
    if (victim === 'all responders') return responders;
    // The API server's word, not the agent's: a Pod that is being started counts, too.
    return { namespace: installNamespace, pod: random.one(await responderPods()).name };
  };
  const hold = await control.hold(await target());
  await clockShows(from + atMs + downMs);
  await hold.release();
}

async function allAreReady(): Promise<void> {
  await eventually(
    'an operator and two responders',
    async () => {
      expect((await operatorPods()).map(({ isReady }) => isReady)).to.deep.equal([true]);
      expect((await responderPods()).map(({ isReady }) => isReady)).to.deep.equal([true, true]);
    },
    { within: 60 },
  );
}

/** One window over one site, through all of its life. */
class Life {
  readonly #site: Site;
  readonly #before: IngressAsItIs;
  readonly #window: WindowDraft;
  readonly #start: number;
  readonly end: number;
  #provenAt: number | undefined;

  private constructor(site: Site, before: IngressAsItIs, start: number) {
    this.#site = site;
    this.#before = before;
    this.#start = start;
    this.end = start + closedMs;
    this.#window = aWindow(
      { namespace: site.namespace, name: site.ingress, ingress: site.ingress },
      scheduled(start, this.end),
    );
  }

  static async begin(site: Site, start: number): Promise<Life> {
    const life = new Life(site, await ingressNow(site), start);
    await applyWindow(life.#window);
    return life;
  }

  /** Looks until the start whether the gates are proven. */
  async watch(): Promise<void> {
    while (Date.now() < this.#start && this.#provenAt === undefined) {
      await clockShows(Date.now() + 100);
      const window = await readWindow(this.#window);
      const isProven = window.status?.conditions?.some(({ type }) => type === 'GatesProven') === true;
      if (isProven && conditionOf(window, 'GatesProven').status === 'True') this.#provenAt = Date.now();
    }
  }

  /** Resolves when nothing is left of it, or with what is. */
  async leaves(within: number): Promise<string | undefined> {
    const { host, namespace } = this.#site;
    try {
      await becomesAsBefore(this.#site, this.#before, { within });
      await leavesNoTrace(namespace, { within });
      await eventually(`${host} is open`, async () => expect((await tryToVisit(host)).status).to.equal(200), {
        within,
      });
      return undefined;
    } catch (error) {
      return String(error);
    }
  }

  outcome(leftShut: string | undefined): Outcome {
    const { host, crowd } = this.#site;
    // Armed in time it is closed from its start on, whatever dies; else from the first visitor on who was turned away.
    const turnedAway = crowd.between(this.#start, this.end).find(({ status }) => status === 503)?.answeredAt;
    const closedLate = this.#provenAt === undefined;
    const from = closedLate ? (turnedAway ?? this.end) : this.#start;
    return {
      host,
      letIn: appRequests(host, from + onTheWayMs, this.end).length,
      closedLate,
      leftShut,
      met: crowd.statuses(this.#start + onTheWayMs, this.end),
    };
  }

  async delete(): Promise<void> {
    await deleteWindow(this.#window);
  }
}

/** Takes a window for each of the sites through its whole life, and kills whom the seed says. */
export async function crashRound(seed: number, sites: readonly Site[]): Promise<Round> {
  const random = new Random(seed);
  const from = Date.now();
  const firstStart = secondsAhead(leadSeconds);
  const lives = await Promise.all(
    sites.map(async (site, index) => Life.begin(site, firstStart + index * apartMs)),
  );
  const over = Math.max(...lives.map(({ end }) => end));
  const kills = killsOf(random, over + openingMs - from);
  await Promise.all([
    ...kills.map(async (kill) => carryOut(kill, from, random)),
    ...lives.map(async (life) => life.watch()),
    clockShows(over),
  ]);
  await allAreReady();
  const readyAt = Date.now();
  const left = await Promise.all(lives.map(async (life) => life.leaves(patienceSeconds)));
  const convergedSeconds = (Date.now() - readyAt) / 1000;
  const windows = lives.map((life, index) => life.outcome(left[index]));
  await Promise.all(lives.map(async (life) => life.delete()));
  return { seed, kills, windows, convergedSeconds };
}

/** One line for people. */
export function describeRound({ seed, kills, windows, convergedSeconds }: Round): string {
  const killed = kills.map(({ victim, atMs, downMs }) => `${victim} at ${atMs} ms for ${downMs} ms`);
  const met = windows.map(({ met, closedLate }) => `${JSON.stringify(met)}${closedLate ? ' late' : ''}`);
  return `seed ${seed}: killed ${killed.join(', ')}; visitors met ${met.join(' ')}; all gone ${convergedSeconds.toFixed(1)} s after all ran`;
}

/** The figures of many rounds. */
export function crashFigures(rounds: readonly Round[]): Readonly<Record<string, number>> {
  const windows = rounds.flatMap((round) => round.windows);
  return {
    rounds: rounds.length,
    windows: windows.length,
    let_in: windows.reduce((sum, { letIn }) => sum + letIn, 0),
    left_shut: windows.filter(({ leftShut }) => leftShut !== undefined).length,
    closed_late: windows.filter(({ closedLate }) => closedLate).length,
    converged_s_max: Math.max(...rounds.map(({ convergedSeconds }) => convergedSeconds)),
  };
}
