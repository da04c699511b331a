import type { Reason } from '../../api/conditions.ts';
import type { Finding } from './conditions.ts';

/** One thing that is wrong with clients' addresses. */
export interface AddressProblem {
  readonly reason: Reason;
  /** What it is, what follows, and the cure: sentences. */
  readonly message: string;
  /** The same beside others, in a few words: what, where, which address. */
  readonly brief: string;
}

const plausible: Finding = {
  status: 'True',
  reason: 'Plausible',
  message: 'Nothing looks wrong with the addresses of visitors.',
};

/** What an Event has room for, beside the condition's name. */
const longestMessage = 950;
const more = '; and more.';

/**
 * All problems in one condition: the first one in full, which also gives the reason, and the others in brief, or each
 * cure would only uncover the next problem.
 * @param problems the worst first
 */
export function plausibility(problems: readonly AddressProblem[]): Finding {
  const [first, ...others] = problems;
  if (first === undefined) return plausible;
  const { reason, message } = first;
  return { status: 'False', reason, message: message + besides(others, longestMessage - message.length) };
}

/** The others in at most so many characters, as many of them as fit. */
function besides(others: readonly AddressProblem[], room: number): string {
  const briefs = [...new Set(others.map(({ brief }) => brief))];
  let text = '';
  for (const [index, brief] of briefs.entries()) {
    const longer = `${index === 0 ? ' Besides: ' : `${text}; `}${brief}`;
    const end = index === briefs.length - 1 ? '.' : more;
    if (longer.length + end.length > room) return text === '' ? '' : `${text}${more}`;
    text = longer;
  }
  return text === '' ? '' : `${text}.`;
}
