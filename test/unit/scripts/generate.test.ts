import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { generate } from '../../../scripts/generate.ts';
import type { Schema } from '../../../scripts/generate/schema.ts';
import { writeTypes } from '../../../scripts/generate/types.ts';

const project = dirname(dirname(dirname(import.meta.dirname)));
const files = [
  'src/api/generated/maintenance-window.ts',
  'charts/backsoon/templates/crd.yaml',
  'docs/reference/maintenancewindow.md',
  'src/page/generated/script.ts',
  'src/page/generated/style.ts',
];

describe('what is generated', () => {
  let root: string;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'backsoon-generate-'));
    for (const source of ['crds', 'src/page/browser'])
      await cp(join(project, source), join(root, source), { recursive: true });
  });

  after(() => rm(root, { recursive: true, force: true }));

  it('is not stale in this tree', async () => {
    expect(await generate({ root: project, check: true })).to.deep.equal([]);
  });

  it('is reported missing by a check, which writes nothing', async () => {
    expect(await generate({ root, check: true })).to.deep.equal(files);
    expect(await generate({ root, check: true })).to.deep.equal(files);
  });

  it('is written once, and is then not stale', async () => {
    expect(await generate({ root, check: false })).to.deep.equal(files);
    expect(await generate({ root, check: true })).to.deep.equal([]);
  });

  it('is stale, and named, when someone edits it', async () => {
    const types = join(root, files[0]!);
    const before = await readFile(types, 'utf8');
    await writeFile(types, `${before}\n// edited\n`);
    expect(await generate({ root, check: true })).to.deep.equal([files[0]]);
    await generate({ root, check: false });
    expect(await readFile(types, 'utf8')).to.equal(before);
  });
});

describe('the TypeScript of a schema', () => {
  const api = { group: 'backsoon.dev', version: 'v1alpha1', kind: 'MaintenanceWindow' };
  const times = (...required: string[]): Schema => ({
    type: 'object',
    required,
    properties: { start: { type: 'string' } },
  });
  const schemaOf = (spec: Schema, status: Schema): Schema => ({
    type: 'object',
    properties: { spec, status },
  });
  const empty: Schema = { type: 'object' };

  it('has each field read-only, with its description, optional unless it is required', () => {
    const spec: Schema = {
      type: 'object',
      required: ['suspend'],
      properties: {
        suspend: { type: 'boolean', description: 'Close nothing:\nsee */ docs.' },
        endPolicy: { type: 'string', enum: ['Open', 'Hold'] },
      },
    };
    const text = writeTypes(schemaOf(spec, empty), api);
    expect(text).to.include('  /** Close nothing: see *\\/ docs. */\n  readonly suspend: boolean;\n');
    expect(text).to.include('  readonly endPolicy?: EndPolicy;\n');
    expect(text).to.include("export type EndPolicy = 'Open' | 'Hold';\n");
  });

  it('has one type for shapes that share a name', () => {
    const status: Schema = {
      type: 'object',
      properties: { occurrence: times('start'), next: times('start') },
    };
    const text = writeTypes(schemaOf(empty, status), api);
    expect(text.split('export interface OccurrenceTimes')).to.have.length(2);
  });

  it('is refused when shapes that share a name differ', () => {
    const status: Schema = { type: 'object', properties: { occurrence: times('start'), next: times() } };
    expect(() => writeTypes(schemaOf(empty, status), api)).to.throw(
      'status.next has another shape than the other type OccurrenceTimes',
    );
  });

  it('is refused while an object has no name', () => {
    const spec: Schema = { type: 'object', properties: { novelty: empty } };
    expect(() => writeTypes(schemaOf(spec, empty), api)).to.throw('give the type at spec.novelty a name');
  });
});
