import type { MaintenanceWindowSpec } from '../../api/generated/maintenance-window.ts';
import { labels } from '../../api/names.ts';
import { checkTemplate, TemplateError } from '../../page/template.ts';

/** The content of a ConfigMap that may hold templates. */
export interface TemplateSource {
  /** Key → text. Never changed in place: what was found of a text is remembered with it. */
  readonly texts: Readonly<Record<string, string>>;
  /** Keys whose content is no text. */
  readonly binaryKeys: readonly string[];
}

/** The labelled ConfigMaps of a namespace by name; undefined: the install does not look at any. */
export type Templates = ReadonlyMap<string, TemplateSource> | undefined;

type Reference = NonNullable<NonNullable<MaintenanceWindowSpec['page']>['template']>['configMapKeyRef'];

/** A template that may be shown, null where none is asked for, or why the one that is asked for can not be. */
export type FoundTemplate = { readonly text: string | null } | { readonly problem: string };

const mostKeysNamed = 5;

/** Finds and checks the template that a spec asks for. */
export function templateOf(
  { page }: Pick<MaintenanceWindowSpec, 'page'>,
  templates: Templates,
): FoundTemplate {
  const reference = page?.template?.configMapKeyRef;
  return reference === undefined ? { text: null } : referred(reference, templates);
}

function referred({ name, key }: Reference, templates: Templates): FoundTemplate {
  const field = 'spec.page.template.configMapKeyRef';
  if (templates === undefined) {
    return {
      problem:
        "spec.page.template needs the chart's value pageTemplates.enabled, which is false in this install: " +
        'set it to true, or leave spec.page.template out.',
    };
  }
  const source = templates.get(name);
  if (source === undefined) {
    return {
      problem:
        `${field}.name: this namespace has no ConfigMap "${name}" with the label ${labels.template}=true: ` +
        `create it, or label it: kubectl label configmap ${name} ${labels.template}=true`,
    };
  }
  const text = Object.hasOwn(source.texts, key) ? source.texts[key] : undefined;
  if (text === undefined) return { problem: `${field}.key: ${missingKey(name, key, source)}` };
  const problem = problemOf(text, key, source.texts);
  if (problem === undefined) return { text };
  return { problem: `spec.page.template: ConfigMap "${name}", key "${key}": ${problem}` };
}

function missingKey(name: string, key: string, { texts, binaryKeys }: TemplateSource): string {
  if (binaryKeys.includes(key)) {
    return `ConfigMap "${name}" has "${key}" in binaryData, and a template is text: put it into data.`;
  }
  const keys = Object.keys(texts);
  const named = keys.slice(0, mostKeysNamed).join(', ') + (keys.length > mostKeysNamed ? ', …' : '');
  const has = keys.length === 0 ? 'no data' : `only ${named}`;
  return `ConfigMap "${name}" has no key "${key}", ${has}: add it, or name one that is there.`;
}

/** What was found of each text: a check renders the longest page, and every look at a namespace asks for it. */
const known = new WeakMap<object, Map<string, string | undefined>>();

function problemOf(text: string, key: string, texts: TemplateSource['texts']): string | undefined {
  const found = known.get(texts) ?? new Map<string, string | undefined>();
  known.set(texts, found);
  if (!found.has(key)) found.set(key, check(text));
  return found.get(key);
}

function check(text: string): string | undefined {
  try {
    checkTemplate(text);
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}
