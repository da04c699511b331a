import * as fc from 'fast-check';
import type {
  MaintenanceWindow,
  MaintenanceWindowSpec,
} from '../../../src/api/generated/maintenance-window.ts';
import type { Ingress } from '../../../src/api/ingress.ts';
import type { ResponderView } from '../../../src/operator/decide/observed.ts';
import {
  anIngress,
  annotated,
  called,
  labelled,
  markedEditable,
  markedPreWired,
  ofClass,
  rule,
  terminating,
  withRules,
} from '../builders/ingress.ts';
import type { Modifier } from '../builders/freeze.ts';
import { aTemplate, brokenTemplate } from '../builders/template.ts';
import { aWindow, edited, windowCalled, withSpec } from '../builders/window.ts';
import { gateMiddlewareName, traefik } from '../../../src/gates/traefik.ts';
import { middlewares, theirElements } from './lists.ts';
import { Simulator } from './simulator.ts';

const names = ['web', 'api', 'a.b'] as const;
const auth = 'shop-auth@kubernetescrd';
const limit = 'shop-limit@kubernetescrd';
const windowNames = ['upgrade', 'move', 'incident'] as const;

const gateIn = (namespace: string, ingress: string): string =>
  ['backsoon-headers', gateMiddlewareName(namespace, ingress)]
    .map((name) => traefik.reference({ kind: 'Middleware', namespace, name }))
    .join(',');

/** What others keep on an Ingress; a stray gate of ours is one that somebody copied there. */
const kinds: Readonly<Record<string, (name: string) => readonly Modifier<Ingress>[]>> = {
  plain: () => [],
  editable: () => [markedEditable, listing(auth)],
  edited: (name) => [markedEditable, listing(`${gateIn('shop', name)}, ${auth}`)],
  stray: () => [listing(gateIn('old', 'web'))],
  ownStray: (name) => [listing(gateIn('shop', name))],
  wired: (name) => [markedPreWired, listing(`${gateIn('shop', name)},${auth}`)],
  wronglyWired: () => [markedPreWired],
  conflict: () => [listing(auth)],
  unserved: () => [ofClass(undefined)],
  leaving: () => [terminating, listing(gateIn('shop', 'web'))],
};

const listing = (list: string): Modifier<Ingress> => annotated({ [middlewares]: list });

const ingressOf = (name: string, modifiers: readonly Modifier<Ingress>[]): Ingress =>
  anIngress(
    called(name),
    annotated({ team: name }),
    labelled({ tier: name === 'api' ? 'back' : 'front' }),
    withRules(rule('shop.example.com', '/'), ...(name === 'web' ? [] : [rule('www.example.com', '/')])),
    ...modifiers,
  );

/** The annotations that nobody but their owners may change: all but stray gates. */
export function othersAnnotations({ metadata, spec }: Ingress): Readonly<Record<string, string>> {
  const { annotations = {} } = metadata;
  if (annotations['backsoon.dev/gate'] !== undefined) return annotations;
  const { [middlewares]: value, ...rest } = annotations;
  const theirs = theirElements({ metadata, spec });
  if (theirs.length === 0) return rest;
  const isEditable = annotations['backsoon.dev/allow-edit'] === 'true';
  return { ...rest, [middlewares]: isEditable ? theirs.join(',') : (value ?? '') };
}

const iso = (minutes: number): string =>
  Temporal.Instant.from('2026-12-01T21:00:00Z').add({ minutes }).toString();

const schedule = fc.oneof(
  fc.constant(undefined),
  fc
    .record({ start: fc.integer({ min: -30, max: 40 }), lasts: fc.option(fc.integer({ min: 1, max: 30 })) })
    .map(({ start, lasts }) => timesOf(start, lasts)),
);

const timesOf = (start: number, lasts: number | null): { start: string; end?: string } =>
  lasts === null ? { start: iso(start) } : { start: iso(start), end: iso(start + lasts) };

const targets: fc.Arbitrary<MaintenanceWindowSpec['targets']> = fc.oneof(
  fc
    .subarray([...names, 'nobody'], { minLength: 1 })
    .map((each) => each.map((name) => ({ ingress: { name } }))),
  fc.constant([{ ingress: { selector: {} } }]),
  fc.constant([{ ingress: { selector: { matchLabels: { tier: 'front' } } } }]),
);

const specChange: fc.Arbitrary<Partial<MaintenanceWindowSpec>> = fc.oneof(
  fc.constant({ suspend: true }),
  fc.constant({ suspend: false }),
  fc.constant({ endPolicy: 'Hold' as const }),
  fc.constant({ endPolicy: 'Open' as const }),
  fc.constant({ gates: 'Standing' as const }),
  fc.constant({ ttlSecondsAfterCompleted: 300 }),
  fc.constant({ schedule: { cron: '0 2 30 2 *', duration: '1h' } }),
  fc.integer({ min: -20, max: 40 }).map((minutes) => ({ endedAt: iso(minutes) })),
  fc.constant({ access: { addresses: ['not an address'] } }),
  fc.constant({ access: { addresses: ['203.0.113.0/24'] } }),
  fc.constant({ page: { message: 'Moving.' } }),
  fc.constant({ only: { hosts: ['shop.example.com'] } }),
  fc.constant({ only: { hosts: ['www.example.com'], paths: ['/checkout'] } }),
  fc.constant({ page: { template: { configMapKeyRef: { name: 'page', key: 'index.html' } } } }),
);

const window = fc
  .record({ targets, schedule, change: fc.option(specChange, { nil: undefined }) })
  .map(({ targets: covered, schedule: times, change = {} }) =>
    withSpec({ targets: covered, ...(times === undefined ? {} : { schedule: times }), ...change }),
  );

/** What somebody does to a list, ours or not. */
const listEdits: readonly {
  readonly what: string;
  readonly edited: (list: readonly string[]) => readonly string[];
}[] = [
  { what: 'puts theirs last in', edited: (list) => [...list, limit] },
  { what: 'puts theirs first in', edited: (list) => [limit, ...list] },
  { what: 'puts theirs into the middle of', edited: (list) => list.toSpliced(1, 0, limit) },
  { what: 'turns round', edited: (list) => list.toReversed() },
  { what: 'halves', edited: (list) => list.slice(0, 1) },
  { what: 'leaves nothing of ours in', edited: (list) => list.filter((each) => !each.includes('backsoon')) },
  { what: 'leaves nothing but ours in', edited: (list) => list.filter((each) => each.includes('backsoon')) },
];

/** One thing that happens, in words for counterexamples. */
interface Happening {
  readonly what: string;
  readonly happen: (world: Simulator) => void;
}

const happening = (what: string, happen: Happening['happen']): Happening => ({ what, happen });

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  fc
    .integer({ min: 1, max: 900 })
    .map((seconds) => happening(`${seconds} s pass`, (world) => world.pass(seconds))),
  fc.constant(happening('a round', (world) => world.step())),
  fc
    .integer({ min: 0, max: 4 })
    .map((writes) => happening(`crash after ${writes}`, (world) => world.crashAfter(writes))),
  fc
    .constantFrom<ResponderView['health']>('serving', 'down', 'recovering', 'unknown')
    .map((health) => happening(`responders ${health}`, (world) => (world.health = health))),
  fc
    .boolean()
    .map((isFollowing) =>
      happening(`responders follow: ${isFollowing}`, (world) => (world.isFollowing = isFollowing)),
    ),
  fc
    .constantFrom(...windowNames)
    .map((name) => happening(`delete ${name}`, (world) => world.windows.delete(name))),
  fc.record({ name: fc.constantFrom(...windowNames), change: specChange }).map(({ name, change }) =>
    happening(`edit ${name} ${JSON.stringify(change)}`, (world) => {
      const before = world.windows.get(name);
      if (before !== undefined) world.windows.set(name, edited(change)(before));
    }),
  ),
  fc.constantFrom(...names).map((name) =>
    happening(`somebody annotates ${name}`, (world) => {
      const before = world.ingresses.get(name);
      if (before !== undefined) world.ingresses.set(name, annotated({ note: 'hello' })(before));
    }),
  ),
  fc
    .constantFrom(...names)
    .map((name) => happening(`somebody takes the gate of ${name} off`, (world) => takeOff(world, name))),
  fc
    .record({ name: fc.constantFrom(...names), edit: fc.constantFrom(...listEdits) })
    .map(({ name, edit: { what, edited: after } }) =>
      happening(`somebody ${what} the list of ${name}`, (world) => editList(world, name, after)),
    ),
  fc
    .constantFrom(...names)
    .map((name) => happening(`Ingress ${name} is gone`, (world) => world.removeIngress(name))),
  fc
    .constantFrom(...names)
    .map((name) =>
      happening(`Ingress ${name} is new`, (world) => world.ingresses.set(name, ingressOf(name, []))),
    ),
  fc
    .constantFrom('<p>one', '<p>two', brokenTemplate)
    .map((text) =>
      happening(`the template is ${text.slice(0, 6)}`, (world) =>
        world.templates.set('page', aTemplate({ 'index.html': text })),
      ),
    ),
  fc
    .boolean()
    .map((isGullible) => happening(`gullible: ${isGullible}`, (world) => (world.isGullible = isGullible))),
  fc
    .boolean()
    .map((trustsProxies) =>
      happening(`proxies: ${trustsProxies}`, (world) => (world.trustsProxies = trustsProxies)),
    ),
  fc
    .boolean()
    .map((isNoticing) =>
      happening(`controller notices: ${isNoticing}`, (world) => (world.controller.isNoticing = isNoticing)),
    ),
  fc
    .boolean()
    .map((isAnswering) =>
      happening(
        `controller answers: ${isAnswering}`,
        (world) => (world.controller.isAnswering = isAnswering),
      ),
    ),
  fc.constant(
    happening('somebody deletes our objects', (world) => {
      for (const id of world.objects.keys()) if (!id.endsWith('backsoon-headers')) world.objects.delete(id);
    }),
  ),
);

/** Somebody edits a list that is theirs as well as ours. */
function editList(
  world: Simulator,
  name: string,
  edit: (list: readonly string[]) => readonly string[],
): void {
  const before = world.ingresses.get(name);
  if (before?.metadata.annotations?.['backsoon.dev/allow-edit'] === undefined) return;
  const list = edit(before.metadata.annotations[middlewares]?.split(',') ?? []);
  // Who empties a list takes the annotation away.
  if (list.length === 0) takeOff(world, name);
  else world.ingresses.set(name, annotated({ [middlewares]: list.join(',') })(before));
}

function takeOff(world: Simulator, name: string): void {
  const before = world.ingresses.get(name);
  if (before === undefined || before.metadata.annotations?.['backsoon.dev/gate'] !== undefined) return;
  const { [middlewares]: _gate, ...annotations } = before.metadata.annotations ?? {};
  world.ingresses.set(name, { ...before, metadata: { ...before.metadata, annotations } });
}

/** A small world, and what happens in it. */
export interface Story {
  readonly ingresses: readonly Ingress[];
  readonly windows: readonly MaintenanceWindow[];
  readonly happenings: readonly Happening[];
}

export const story: fc.Arbitrary<Story> = fc.record({
  ingresses: fc
    .tuple(...names.map(() => fc.option(fc.constantFrom(...Object.values(kinds)), { nil: undefined })))
    .map((each) =>
      each.flatMap((kindOf, index) => {
        const name = names[index] ?? '';
        return kindOf === undefined ? [] : [ingressOf(name, kindOf(name))];
      }),
    ),
  windows: fc
    .tuple(...windowNames.map(() => fc.option(window, { nil: undefined })))
    .map((each) =>
      each.flatMap((modify, index) =>
        modify === undefined ? [] : [aWindow(windowCalled(windowNames[index] ?? ''), modify)],
      ),
    ),
  happenings: fc.array(happenings, { maxLength: 8 }),
});

/** A story in few words, for a failed property. */
export const tell = ({ ingresses, windows, happenings: happened }: Story): string =>
  JSON.stringify(
    {
      ingresses: ingresses.map(({ metadata, spec }) => [
        metadata.name,
        spec.ingressClassName,
        metadata.annotations,
        metadata.deletionTimestamp,
      ]),
      windows: windows.map(({ metadata, spec }) => [metadata.name, spec]),
      happened: happened.map(({ what }) => what),
    },
    undefined,
    1,
  );

/** The world after the story, before anything settles. */
export function play({ ingresses, windows, happenings: happened }: Story): Simulator {
  const world = new Simulator();
  for (const ingress of ingresses) world.ingresses.set(ingress.metadata.name, ingress);
  for (const each of windows) world.windows.set(each.metadata.name, each);
  for (const { happen } of happened) happen(world);
  return world;
}
