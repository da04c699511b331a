import type { Schema } from '../../../scripts/generate/schema.ts';

interface Field {
  readonly path: string;
  readonly schema: Schema;
}

/** All fields below a schema; items of lists and values of maps belong to their field. */
function fieldsBelow(schema: Schema, path: string): Field[] {
  const found: Field[] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const field = { path: `${path}.${name}`, schema: property };
    found.push(field, ...fieldsBelow(property, field.path));
  }
  for (const inner of [schema.items, schema.additionalProperties]) {
    if (inner !== undefined) found.push(...fieldsBelow(inner, path));
  }
  return found;
}

/** Paths of all fields that a schema has. */
export const fieldsOf = (schema: Schema, path: string): string[] =>
  fieldsBelow(schema, path).map((field) => field.path);

/** Paths of fields that say nothing to `kubectl explain`. */
export const undescribedFields = (schema: Schema, path: string): string[] =>
  fieldsBelow(schema, path)
    .filter((field) => field.schema.description === undefined)
    .map((field) => field.path);

/** Paths of the fields that a value sets. */
export function fieldsSet(value: unknown, schema: Schema, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsSet(item, schema.items!, path));
  if (typeof value !== 'object' || value === null) return [];
  const found: string[] = [];
  for (const [name, field] of Object.entries(value)) {
    if (schema.additionalProperties !== undefined) {
      found.push(...fieldsSet(field, schema.additionalProperties, path));
    } else found.push(`${path}.${name}`, ...fieldsSet(field, schema.properties![name]!, `${path}.${name}`));
  }
  return found;
}
