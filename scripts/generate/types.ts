import { paragraph, type Schema } from './schema.ts';
import { typeNames } from './type-names.ts';

const printWidth = 110;

/** A doc comment of the text, wrapped, on one line where it fits; '' for no text. */
function docComment(text: string, indent: string): string {
  if (text === '') return '';
  const safe = text.replaceAll('*/', '*\\/');
  const single = `${indent}/** ${safe} */`;
  if (single.length <= printWidth) return `${single}\n`;
  const lines: string[] = [];
  let line = '';
  for (const word of safe.split(' ')) {
    if (line !== '' && `${indent} * ${line} ${word}`.length > printWidth) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return [`${indent}/**`, ...lines.map((each) => `${indent} * ${each}`), `${indent} */`, ''].join('\n');
}

/** Collects the declarations that a schema needs, each once, in the order in which the schema names them. */
class Declarations {
  readonly #byName = new Map<string, string>();

  get text(): string {
    return [...this.#byName.values()].join('\n');
  }

  /** The TypeScript type of the schema at this path; declares what it names. */
  typeOf(schema: Schema, path: string): string {
    switch (schema.type) {
      case 'object':
        return this.#object(schema, path);
      case 'array':
        return `readonly ${this.typeOf(required(schema.items, path), `${path}[]`)}[]`;
      case 'string':
        return schema.enum === undefined ? 'string' : this.#union(schema, path);
      case 'boolean':
        return 'boolean';
      default:
        return 'number';
    }
  }

  #object(schema: Schema, path: string): string {
    if (schema.additionalProperties !== undefined) {
      return `Readonly<Record<string, ${this.typeOf(schema.additionalProperties, `${path}{}`)}>>`;
    }
    const name = nameOf(path);
    this.#declare(name, path, () => {
      const fields = Object.entries(schema.properties ?? {}).map(([field, property]) => {
        const mark = schema.required?.includes(field) === true ? '' : '?';
        const type = this.typeOf(property, `${path}.${field}`);
        return `${docComment(paragraph(property), '  ')}  readonly ${field}${mark}: ${type};\n`;
      });
      return `${docComment(paragraph(schema), '')}export interface ${name} {\n${fields.join('')}}\n`;
    });
    return name;
  }

  #union(schema: Schema, path: string): string {
    const name = nameOf(path);
    const members = (schema.enum ?? []).map((value) => `'${value}'`).join(' | ');
    this.#declare(
      name,
      path,
      () => `${docComment(paragraph(schema), '')}export type ${name} = ${members};\n`,
    );
    return name;
  }

  /** The first path to use a name declares it; a later one must say the same, its description apart. */
  #declare(name: string, path: string, write: () => string): void {
    const before = this.#byName.get(name);
    if (before === undefined) this.#byName.set(name, '');
    const text = write();
    if (before === undefined) this.#byName.set(name, text);
    else if (shape(before) !== shape(text)) {
      throw new Error(
        `scripts/generate/type-names.ts: ${path} has another shape than the other type ${name}.`,
      );
    }
  }
}

const shape = (declaration: string): string => declaration.slice(declaration.indexOf('export '));

function nameOf(path: string): string {
  const name = typeNames[path];
  if (name === undefined) throw new Error(`scripts/generate/type-names.ts: give the type at ${path} a name.`);
  return name;
}

function required(schema: Schema | undefined, path: string): Schema {
  if (schema === undefined) throw new Error(`crds/: ${path} is an array without items.`);
  return schema;
}

/** The text of src/api/generated/maintenance-window.ts. */
export function writeTypes(
  schema: Schema,
  { group, version, kind }: { group: string; version: string; kind: string },
): string {
  const declarations = new Declarations();
  const spec = declarations.typeOf(required(schema.properties?.['spec'], 'spec'), 'spec');
  const status = declarations.typeOf(required(schema.properties?.['status'], 'status'), 'status');
  return `// Generated from crds/ by \`npm run generate\`: change it there.
import type { ObjectMeta } from '../object-meta.ts';

${docComment(paragraph(schema), '')}export interface ${kind} {
  readonly apiVersion: '${group}/${version}';
  readonly kind: '${kind}';
  readonly metadata: ObjectMeta;
  readonly spec: ${spec};
  /** Absent until the operator has seen the window. */
  readonly status?: ${status};
}

${declarations.text}`;
}
