import { paragraph, onlyVersion, type CustomResourceDefinition, type Schema } from './schema.ts';

interface Row {
  readonly field: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** A cell of a Markdown table. */
const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(' | ');
  if (schema.items !== undefined) return `list of ${schema.items.type}`;
  if (schema.additionalProperties !== undefined) return `map of ${schema.additionalProperties.type}`;
  return schema.type;
}

/** All fields below a schema, parents first. */
function rows(schema: Schema, path: string): Row[] {
  const found: Row[] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const field = `${path}.${name}`;
    const required = schema.required?.includes(name) === true;
    found.push({ field, type: typeOf(property), required, description: paragraph(property) });
    found.push(...rows(property, field));
  }
  if (schema.items !== undefined) found.push(...rows(schema.items, `${path}[]`));
  if (schema.additionalProperties !== undefined)
    found.push(...rows(schema.additionalProperties, `${path}.*`));
  return found;
}

const table = (schema: Schema, path: string): string =>
  [
    '| field | type | meaning |',
    '|---|---|---|',
    ...rows(schema, path).map(
      (row) =>
        `| \`${row.field}\` | ${cell(row.type)}${row.required ? ', required' : ''} | ${cell(row.description)} |`,
    ),
  ].join('\n');

/** What the API server says to a value that it refuses, each sentence once. */
function messages(schema: Schema): string[] {
  const children = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items === undefined ? [] : [schema.items]),
    ...(schema.additionalProperties === undefined ? [] : [schema.additionalProperties]),
  ];
  const own = (schema['x-kubernetes-validations'] ?? []).map(({ message }) => message);
  return [...new Set([...own, ...children.flatMap(messages)])];
}

/** The text of docs/reference/maintenancewindow.md. */
export function writeReference(definition: CustomResourceDefinition): string {
  const { name: version, schema } = onlyVersion(definition);
  const { group, names } = definition.spec;
  const { spec, status } = schema.properties ?? {};
  if (spec === undefined || status === undefined) throw new Error('crds/: the schema needs spec and status.');
  return `<!-- Generated from crds/ by \`npm run generate\`: change it there. -->
# ${names.kind}

\`apiVersion: ${group}/${version}\`, \`kind: ${names.kind}\`, namespaced, short name \`${names.shortNames.join(', ')}\`.

${paragraph(schema)}

The same words are printed by \`kubectl explain ${names.kind.toLowerCase()}.spec\`.
A value in a list is written \`[]\`, a value in a map \`.*\`.

## spec

${paragraph(spec)}

${table(spec, 'spec')}

## status

${paragraph(status)}

${table(status, 'status')}

## What is refused

The API server refuses a window that breaks one of these rules, with this message:

${messages(schema)
  .map((message) => `- ${cell(message)}`)
  .join('\n')}
`;
}
