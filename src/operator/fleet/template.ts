import { parseAllDocuments } from 'yaml';
import { names } from '../../api/names.ts';
import { InvalidConfig } from '../config.ts';

/** What the responder is made of. */
export type TemplateKind = 'Deployment' | 'Service' | 'PodDisruptionBudget';

/** One object of the responder as the chart wants it. */
export interface TemplateObject {
  readonly apiVersion: string;
  readonly kind: TemplateKind;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The responder's objects, one of each kind. */
export interface ResponderTemplate {
  readonly deployment: TemplateObject;
  readonly service: TemplateObject;
  readonly disruptionBudget: TemplateObject;
}

function objectOf(documents: readonly unknown[], kind: TemplateKind, namespace: string): TemplateObject {
  const found = documents.filter(
    (document) => (document as TemplateObject | null)?.kind === kind,
  ) as TemplateObject[];
  const [object] = found;
  if (object === undefined || found.length > 1) {
    throw new InvalidConfig(`responder.yaml has to hold one ${kind}, found ${found.length}.`);
  }
  if (object.metadata?.name !== names.responder || object.metadata.namespace !== namespace) {
    throw new InvalidConfig(
      `responder.yaml: ${kind} has to be ${names.responder} of the namespace ${namespace}.`,
    );
  }
  return object;
}

/**
 * Reads `responder.yaml`, the stream of objects that the chart renders and the operator applies.
 * @throws InvalidConfig
 */
export function parseTemplate(text: string, namespace: string): ResponderTemplate {
  const parsed = parseAllDocuments(text);
  const trouble = parsed.flatMap(({ errors }) => errors)[0];
  if (trouble !== undefined) throw new InvalidConfig(`responder.yaml is no YAML: ${trouble.message}`);
  const documents = parsed.map((document) => document.toJS() as unknown);
  return {
    deployment: objectOf(documents, 'Deployment', namespace),
    service: objectOf(documents, 'Service', namespace),
    disruptionBudget: objectOf(documents, 'PodDisruptionBudget', namespace),
  };
}
