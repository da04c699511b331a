import { parse } from 'yaml';

/** The part of an OpenAPI v3 structural schema that the CRD uses. */
export interface Schema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message: string }[];
}

export interface CustomResourceDefinition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly shortNames: readonly string[] };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

/** Parses the CRD's source. Aliases and merge keys are resolved, so what comes out is plain. */
export const parseDefinition = (source: string): CustomResourceDefinition =>
  parse(source, { merge: true }) as CustomResourceDefinition;

/** The schema of the CRD's only version, and that version's name. */
export function onlyVersion(definition: CustomResourceDefinition): { name: string; schema: Schema } {
  const [version, ...others] = definition.spec.versions;
  if (version === undefined || others.length > 0) {
    throw new Error('crds/: the generator knows one version per CRD; teach it when a second one comes.');
  }
  return { name: version.name, schema: version.schema.openAPIV3Schema };
}

/** A description on one line: where its source breaks lines means nothing. */
export const paragraph = (schema: Schema): string =>
  (schema.description ?? '').replaceAll(/\s+/g, ' ').trim();
