import type { PolicyInput } from '../../policy/compile.ts';
import { compilePolicy } from '../../policy/compile.ts';
import { encodePolicy } from '../../policy/encode.ts';
import type { Policy, PolicyGate } from '../../policy/policy.ts';

/** A policy with the revision that its text has. */
export interface CompiledPolicy {
  readonly policy: Policy;
  readonly revision: string;
}

interface Compiled {
  readonly input: PolicyInput;
  readonly rest: string;
  readonly compiled: CompiledPolicy;
}

/** The last policy of each spec: with thousands of gates its text has some 100 KB, and every look at a namespace asks for it. */
const known = new WeakMap<PolicyInput['spec'], Compiled>();

/** Everything but what is compared one by one. */
const restOf = ({ spec: _spec, gates: _gates, template: _template, ...rest }: PolicyInput): string =>
  JSON.stringify(rest);

const isSameGate = (a: PolicyGate, b: PolicyGate | undefined): boolean =>
  a.ingress === b?.ingress && a.class === b.class && a.addressRules === b.addressRules;

/** The policy of an input and its revision; of the input that its spec had before, the very same object. */
export function compiledPolicy(input: PolicyInput): CompiledPolicy {
  const rest = restOf(input);
  const before = known.get(input.spec);
  if (
    before?.rest === rest &&
    before.input.template === input.template &&
    before.input.gates.length === input.gates.length &&
    before.input.gates.every((gate, index) => isSameGate(gate, input.gates[index]))
  ) {
    return before.compiled;
  }
  const policy = compilePolicy(input);
  const compiled = { policy, revision: encodePolicy(policy).revision };
  known.set(input.spec, { input, rest, compiled });
  return compiled;
}

/** Specs that were compared: they are as large as people make them, and each look compares the same two. */
const compared = new WeakMap<object, { readonly other: object | undefined; readonly isSame: boolean }>();

/** Have these two the same JSON text? */
export function isSameText(a: object, b: object | undefined): boolean {
  const before = compared.get(a);
  if (before !== undefined && before.other === b) return before.isSame;
  const isSame = JSON.stringify(a) === JSON.stringify(b);
  compared.set(a, { other: b, isSame });
  return isSame;
}
