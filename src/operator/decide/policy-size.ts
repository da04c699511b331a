import type { MaintenanceWindow, MaintenanceWindowSpec } from '../../api/generated/maintenance-window.ts';
import { compilePolicy } from '../../policy/compile.ts';
import { encodePolicy } from '../../policy/encode.ts';

/**
 * The most bytes that the policy and the accepted spec of a window may take together. They share one ConfigMap, whose values
 * the API server limits to 1 MiB in all; the rest is for the names of the covered Ingresses, which the spec does not tell.
 */
export const mostPolicyBytes = 950_000;

const bytesOf = (text: string): number => Buffer.byteLength(text);
const jsonBytes = (value: unknown): number => (value === undefined ? 0 : bytesOf(JSON.stringify(value)));

/** A field of the spec stands in the policy and in the accepted spec. */
const twice = (value: unknown): number => 2 * jsonBytes(value);

interface Field {
  readonly name: string;
  /** How many of the window's bytes it is to blame for. */
  readonly bytes: (spec: MaintenanceWindowSpec, template: string | null) => number;
  readonly cure: string;
}

/** The fields that can grow, and how each gets shorter. */
const fields: readonly Field[] = [
  {
    name: 'the template of spec.page.template',
    bytes: (_spec, template) => jsonBytes(template),
    cure: 'Shorten the template: load pictures and fonts from elsewhere.',
  },
  {
    name: 'spec.page.translations',
    bytes: ({ page }) => twice(page?.translations),
    cure: 'Shorten the messages, or leave languages out.',
  },
  {
    name: 'spec.only.paths',
    bytes: ({ only }) => twice(only?.paths),
    cure: 'Name a path that the others are below, or give some of them a window of their own.',
  },
  {
    name: 'spec.only.hosts',
    bytes: ({ only }) => twice(only?.hosts),
    cure: 'Give some of them a window of their own.',
  },
  {
    name: 'spec.access.paths',
    bytes: ({ access }) => twice(access?.paths),
    cure: 'Name a path that the others are below.',
  },
  {
    name: 'spec.access.addresses',
    bytes: ({ access }) => twice(access?.addresses),
    cure: 'Write networks in place of single addresses.',
  },
  {
    name: 'spec.access.tokens',
    bytes: ({ access }) => twice(access?.tokens),
    cure: 'Leave out those that are over.',
  },
  { name: 'spec.targets', bytes: ({ targets }) => jsonBytes(targets), cure: 'Select Ingresses by labels.' },
  {
    name: 'spec.schedule.exclude',
    bytes: ({ schedule }) => jsonBytes(schedule?.exclude),
    cure: 'Leave out those that are over.',
  },
];

interface Judged {
  readonly template: string | null;
  readonly problem: string | undefined;
}

/** What was found of each spec: every look at a namespace asks, and the answer takes as long as the spec. */
const known = new WeakMap<MaintenanceWindowSpec, Judged>();

/**
 * Why a window is too large to be kept for the responders, in words that name the field to shorten; undefined: it is not.
 * The CRD limits each field, and all of them at their limits do not fit together.
 * @param window its addresses and times must have been checked
 * @param template the text of the page's template, null without one
 */
export function sizeProblem(
  { spec, metadata }: MaintenanceWindow,
  template: string | null,
): string | undefined {
  const before = known.get(spec);
  if (before !== undefined && before.template === template) return before.problem;
  const { namespace, name, uid, generation } = metadata;
  const policy = compilePolicy({
    window: { namespace, name, uid, generation },
    spec,
    template,
    gates: [],
    occurrences: [],
  });
  const bytes = bytesOf(encodePolicy(policy).json) + jsonBytes(spec);
  const problem = bytes <= mostPolicyBytes ? undefined : explain(bytes, spec, template);
  known.set(spec, { template, problem });
  return problem;
}

function explain(bytes: number, spec: MaintenanceWindowSpec, template: string | null): string {
  const sized = fields.map(({ name, cure, bytes: of }) => ({ name, cure, size: of(spec, template) }));
  const largest = sized.toSorted((a, b) => b.size - a.size)[0];
  const what =
    largest === undefined ? '' : ` Most of it is ${largest.name} (${largest.size} of them). ${largest.cure}`;
  return `The window takes ${bytes} bytes as its responders need it, and at most ${mostPolicyBytes} can be kept.${what}`;
}
