import type { Reason } from '../../api/conditions.ts';
import type { AcceptedWindow } from './accept.ts';
import { plausibility } from './address-problem.ts';
import { closesAllHosts, explainTrouble } from './address-trouble.ts';
import type { Finding, Findings } from './conditions.ts';
import { isWarning } from './conditions.ts';
import { addressProblems } from './findings.ts';
import type { Observed } from './observed.ts';
import { plannedOf } from './gates.ts';
import { awaitedOf } from './opening.ts';
import { policyKey } from './observed.ts';
import { heldText } from './phase.ts';
import { isUnrehearsed } from './rehearsals.ts';
import { revertsText } from './reverts.ts';
import { sharedText, targetProblem } from './target-findings.ts';
import type { Targets } from './targets.ts';
import type { GateVerdict } from './verdicts.ts';

/** Everything that one window's status is made of. */
export interface StatusInput {
  readonly accepted: AcceptedWindow;
  /** undefined: no spec is in force. */
  readonly targets: Targets | undefined;
  readonly verdicts: readonly GateVerdict[];
  /** Has the lead before the next start begun? */
  readonly arming: boolean;
  /** Should its gates be on although nothing is closed: before a start, between starts that are near, or standing? */
  readonly armed: boolean;
  /** Which other windows keep its Ingresses closed, see others.ts. */
  readonly others: string | undefined;
  readonly observed: Observed;
}

const no = (reason: Finding['reason'], message: string): Finding => ({ status: 'False', reason, message });
const yes = (reason: Finding['reason'], message: string): Finding => ({ status: 'True', reason, message });

function armable({ targets, verdicts, accepted, observed }: StatusInput): Finding {
  if (targets === undefined) return no('NotAccepted', 'No spec of this window is in force.');
  const failure = observed.failures.get(policyKey(accepted.window.metadata.uid));
  if (failure !== undefined) return no(failure.reason, failure.message);
  const refused = verdicts.filter(({ verdict }) => verdict === 'Refused');
  const [first] = refused;
  if (first !== undefined) {
    const others = refused.length > 1 ? ` (and ${refused.length - 1} more, see status.gateDetails)` : '';
    return no(first.reason, first.message + others);
  }
  const problem = targetProblem(targets);
  if (problem !== undefined) return problem;
  if (verdicts.some(({ gate }) => isUnrehearsed(gate, observed))) return unrehearsed(accepted);
  const can = `${verdicts.length} of ${verdicts.length} Ingresses can be gated.`;
  const warnings = warningsOf(targets, verdicts, observed);
  return yes(warnings[0]?.reason ?? 'Armable', [can, ...warnings.map(({ message }) => message)].join(' '));
}

interface Warning {
  readonly reason: Reason;
  readonly message: string;
}

/** A status has room for so many; the others come when these are mended. */
const mostWarnings = 3;

/** What a person should know although all gates can go on; the first one gives the reason. */
function warningsOf(
  { shared }: Targets,
  verdicts: readonly GateVerdict[],
  { responder }: Observed,
): readonly Warning[] {
  const skewed = skewText(responder);
  const skew: Warning[] = skewed === undefined ? [] : [{ reason: 'ClockSkew', message: skewed }];
  const found: Warning[] = [
    ...verdicts.flatMap(({ gate }) => plannedOf(gate.outcome)?.plan.warnings ?? []),
    ...shared.map((each) => ({ reason: 'HostPartlyCovered' as const, message: sharedText(each) })),
  ];
  const unsaid = found.length - mostWarnings;
  const told = found.slice(0, mostWarnings);
  const [last] = told.slice(-1);
  const more: Warning[] =
    unsaid > 0 && last !== undefined ? [{ reason: last.reason, message: `(and ${unsaid} more)` }] : [];
  return [...skew, ...told, ...more];
}

/** What the API server said of gates: it stands until it has been asked again, also by an operator that starts. */
const rehearsedReasons: ReadonlySet<string> = new Set<Reason>([
  'Armable',
  'ClockSkew',
  'SettingWarning',
  'HostPartlyCovered',
  'Conflict',
  'Forbidden',
  'WriteFailed',
]);

function unrehearsed({ window }: AcceptedWindow): Finding {
  const before = window.status?.conditions?.find(({ type }) => type === 'Armable');
  if (before !== undefined && rehearsedReasons.has(before.reason)) {
    return { status: before.status, reason: before.reason as Reason, message: before.message };
  }
  const message = 'The API server is being asked, by a dry run, whether it would take the gates.';
  return { status: 'Unknown', reason: 'NotRehearsed', message };
}

/** Whose visitors meet the start and the end at another time than the schedule says, and the cure. */
function skewText({ skews }: Observed['responder']): string | undefined {
  if (skews.length === 0) return undefined;
  const each = skews.map(({ replica, aheadMs }) => {
    const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
    return `${replica} is ${seconds} s ${aheadMs > 0 ? 'ahead' : 'behind'}`;
  });
  return (
    `Responders keep the time, and clocks differ from the operator's: ${each.join(', ')}. Their visitors meet starts and ends ` +
    'that much too early or too late: let an NTP service set the clocks of their nodes and of the operator’s.'
  );
}

/** The verdict that a person should hear of first. */
function worst(verdicts: readonly GateVerdict[]): GateVerdict | undefined {
  const rank = { Wrong: 0, Refused: 1, Unproven: 2, Proven: 3 } as const;
  return verdicts.toSorted((a, b) => rank[a.verdict] - rank[b.verdict])[0];
}

function gatesProven({ verdicts, armed, accepted, observed }: StatusInput): Finding {
  const timeline = accepted.inForce?.timeline;
  if (timeline?.current === undefined && !armed)
    return no('NotArmed', 'No occurrence is near: the gates are off.');
  const first = worst(verdicts);
  if (first === undefined) return no('NoTargets', 'The window covers no Ingress.');
  const undone = revertsText(
    verdicts.map(({ gate }) => gate),
    observed,
  );
  if (undone !== undefined && (first.verdict === 'Proven' || first.verdict === 'Unproven'))
    return no('Reverted', undone);
  if (first.verdict === 'Proven')
    return yes(
      'GatesProven',
      `${verdicts.length} of ${verdicts.length} gates answered a probe as they should.`,
    );
  return no(first.reason, first.message);
}

function closed(input: StatusInput): Finding {
  const finding = closedAlone(input);
  const timeline = input.accepted.inForce?.timeline;
  const held = timeline?.held === true ? heldText(timeline) : undefined;
  const message = [finding.message, held, input.others].filter((each) => each !== undefined).join(' ');
  return { ...finding, message };
}

function closedAlone(input: StatusInput): Finding {
  const { verdicts, accepted, targets } = input;
  if (targets === undefined || accepted.inForce?.timeline.current === undefined) {
    return no('Open', 'No occurrence is in progress: this window closes nothing now.');
  }
  const problem = targetProblem(targets);
  if (problem !== undefined && verdicts.length === 0) return problem;
  const shut = verdicts.filter(({ verdict }) => verdict === 'Proven');
  if (shut.length === verdicts.length) {
    return problem ?? yes('Closed', `${shut.length} of ${verdicts.length} gates are proven closed.`);
  }
  const first = worst(verdicts);
  return no(
    'Partial',
    `${shut.length} of ${verdicts.length} gates are proven closed. ${first?.message ?? ''}`,
  );
}

function ready(accepted: Finding, armable: Finding): Finding {
  if (accepted.status === 'True' && armable.status === 'True')
    return yes('Ready', 'The window can close what it covers.');
  return accepted.status === 'True' ? armable : accepted;
}

/** What was last said of the addresses stands until a responder has been asked: an operator that starts knows nothing. */
function addresses({ accepted, verdicts, observed }: StatusInput): Finding {
  const gates = verdicts.map(({ gate }) => gate);
  const spec = accepted.inForce?.spec ?? accepted.window.spec;
  const troubles = gates.flatMap(({ key, ingress, addressTrouble }) =>
    addressTrouble === undefined ? [] : [explainTrouble(key, addressTrouble, closesAllHosts(spec, ingress))],
  );
  const worstTrouble = troubles[0]?.reason;
  const before = accepted.window.status?.conditions?.find(({ type }) => type === 'ClientAddressesPlausible');
  const { findings } = observed.responder;
  if (findings === undefined && before !== undefined && (worstTrouble ?? before.reason) === before.reason) {
    return { ...before, reason: before.reason as Reason };
  }
  return plausibility([...troubles, ...addressProblems(spec, gates, findings ?? [])]);
}

/** What is true of a window now, for each of its conditions. */
export function findingsOf(input: StatusInput): Findings {
  const { accepted } = input;
  const { reason, message } = accepted.verdict;
  const isAccepted: Finding = { status: accepted.verdict.accepted ? 'True' : 'False', reason, message };
  const isArmable = armable(input);
  return {
    Accepted: isAccepted,
    Armable: isArmable,
    Ready: ready(isAccepted, isArmable),
    GatesProven: gatesProven(input),
    Closed: closed(input),
    ClientAddressesPlausible: addresses(input),
  };
}

/** The one line that `kubectl get` shows: what is wrong first, else what is happening. */
export function headline(
  { Accepted, Armable, Closed, GatesProven, ClientAddressesPlausible }: Findings,
  input: StatusInput,
): string {
  const isClosing = input.accepted.inForce?.timeline.current !== undefined;
  const inOrder = [
    Accepted,
    Armable,
    ...(isClosing ? [Closed] : []),
    ...(input.armed || isClosing ? [GatesProven] : []),
    ClientAddressesPlausible,
  ];
  const problem = inOrder.find(({ status }) => status === 'False') ?? inOrder.find(isWarning);
  const gates = input.verdicts.map(({ gate }) => gate);
  const next = isClosing ? Closed.message : awaitedOf(gates, input.observed);
  return problem?.message ?? next ?? input.others ?? '';
}
