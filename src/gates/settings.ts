import type { Ingress } from '../api/ingress.ts';
import type { ControllerConfig, GateWarning, PlanInput, Refusal, SettingRule } from './driver.ts';

/** What is looked through for settings that matter. */
export interface SettingsInput {
  readonly ingress: Ingress;
  readonly config: ControllerConfig;
  readonly rules: readonly SettingRule[];
  /** What the controller's annotations begin with, all of its spellings. */
  readonly prefixes: readonly string[];
  /** `namespace/name` of the controller's ConfigMap; undefined: not known. */
  readonly configMap: string | undefined;
}

/** One setting as it was found. */
interface Found {
  readonly rule: SettingRule;
  /** Where and what it is, in words. */
  readonly what: string;
}

function found(rule: SettingRule, { ingress, config, prefixes, configMap }: SettingsInput): readonly Found[] {
  if (rule.where === 'configMap') {
    const value = config?.[rule.key];
    return value !== undefined && rule.applies(value)
      ? [{ rule, what: `The controller's ConfigMap ${configMap ?? ''} sets ${rule.key}: ${inShort(value)}.` }]
      : [];
  }
  const { namespace, name, annotations = {} } = ingress.metadata;
  return prefixes.flatMap((prefix): Found[] => {
    const value = annotations[prefix + rule.key];
    if (value === undefined || !rule.applies(value)) return [];
    return [{ rule, what: `Ingress ${namespace}/${name} sets ${prefix}${rule.key}: ${inShort(value)}.` }];
  });
}

/** Snippets are long, and what has a password in it must not be repeated in a status. */
const harmless = /^[-\w.,:/ ]{1,80}$/;

const inShort = (value: string): string => (harmless.test(value) ? value : '(not shown)');

/** What of an Ingress's and its controller's settings a gate can not live with (the first such), or not quite (all of them). */
export function judgeSettings(
  input: SettingsInput,
): { readonly refusal: Refusal } | { readonly warnings: readonly GateWarning[] } {
  const all = input.rules.flatMap((rule) => found(rule, input));
  for (const { rule, what } of all) {
    if (rule.effect !== 'warn') return { refusal: { reason: rule.effect, message: `${what} ${rule.why}` } };
  }
  return {
    warnings: all.map(({ rule, what }) => ({ reason: 'SettingWarning', message: `${what} ${rule.why}` })),
  };
}

/**
 * Why nothing is gated while the controller's own settings are not known: an authentication that they ask for all Ingresses
 * would be replaced, unseen, by the gate, which lets everybody in until the site closes.
 * @param key of the ConfigMap that would ask it
 */
export function unknownSettings(
  { settings: { name, configMap }, config }: Pick<PlanInput, 'settings' | 'config'>,
  key: string,
): Refusal | undefined {
  if (config !== undefined) return undefined;
  const field = `ingressControllers.${name}.configMap`;
  return {
    reason: 'ControllerSettings',
    message:
      configMap === undefined
        ? `The settings of the ingress controller of class ${name} are not known, and a ${key} in its ConfigMap would be ` +
          `replaced by a gate. Name its ConfigMap (namespace/name) in the chart's value ${field}.`
        : `ConfigMap ${configMap}, which the chart's value ${field} names, does not exist. Name the one that the ingress ` +
          `controller of class ${name} reads (its flag --configmap).`,
  };
}
