import { canonicalCidrs } from '../access/canonical-cidrs.ts';
import type { MaintenanceWindowSpec } from '../api/generated/maintenance-window.ts';
import type { Occurrence } from '../schedule/occurrence.ts';
import {
  type Policy,
  type PolicyGate,
  type PolicyOnly,
  type PolicyPage,
  policySchema,
  type PolicyToken,
} from './policy.ts';

/** What a policy is made of. */
export interface PolicyInput {
  readonly window: Policy['window'];
  readonly spec: Pick<MaintenanceWindowSpec, 'access' | 'only' | 'page'>;
  /** The text of the page's template, which has to be checked; null: it has none. */
  readonly template: string | null;
  /** The covered Ingresses whose gates are to obey the window, in any order. */
  readonly gates: readonly PolicyGate[];
  /** The occurrence in progress and the next ones, in any order, not overlapping. */
  readonly occurrences: readonly Occurrence[];
}

/**
 * A window as its policy. The same input gives the same policy whatever the order of its lists: everything is
 * sorted, addresses and instants have one spelling each.
 * @throws RangeError when an address is no CIDR or a time no instant; the CRD and `Accepted` keep such specs away.
 */
export function compilePolicy({ window, spec, template, gates, occurrences }: PolicyInput): Policy {
  const { namespace, name, uid, generation } = window;
  return {
    schema: policySchema,
    window: { namespace, name, uid, generation },
    gates: gates
      .map(({ ingress, class: ingressClass, addressRules }) => ({
        ingress,
        class: ingressClass,
        addressRules,
      }))
      .toSorted((a, b) => compareText(a.ingress, b.ingress)),
    occurrences: occurrences
      .toSorted((a, b) => Temporal.Instant.compare(a.start, b.start))
      .map(({ start, end, holds }) => ({
        start: start.toString(),
        end: end?.toString() ?? null,
        hold: end !== undefined && holds === true,
      })),
    only: compileOnly(spec.only),
    access: {
      addresses: canonicalCidrs(spec.access?.addresses ?? []),
      tokens: (spec.access?.tokens ?? []).map(compileToken).toSorted((a, b) => compareText(a.name, b.name)),
      paths: (spec.access?.paths ?? []).toSorted(compareText),
      methods: (spec.access?.methods ?? []).toSorted(compareText),
      trustSharedAddress: spec.access?.trustSharedAddress ?? false,
    },
    page: compilePage(spec.page ?? {}, template),
  };
}

function compileToken(token: { name: string; sha256: string; notAfter?: string }): PolicyToken {
  const notAfter = token.notAfter === undefined ? null : Temporal.Instant.from(token.notAfter).toString();
  return { name: token.name, sha256: token.sha256.toLowerCase(), notAfter };
}

const compileOnly = (only: MaintenanceWindowSpec['only']): PolicyOnly | null =>
  only === undefined
    ? null
    : { hosts: only.hosts?.toSorted(compareText) ?? null, paths: only.paths?.toSorted(compareText) ?? null };

function compilePage(page: NonNullable<MaintenanceWindowSpec['page']>, template: string | null): PolicyPage {
  return {
    title: page.title ?? null,
    message: page.message ?? null,
    statusPage: page.statusPage ?? null,
    contact: page.contact ?? null,
    retryAfter: page.retryAfter ?? null,
    translations: compileTranslations(page.translations ?? {}),
    template,
  };
}

const compileTranslations = (
  translations: Readonly<Record<string, { title?: string; message?: string }>>,
): PolicyPage['translations'] =>
  Object.fromEntries(
    Object.entries(translations).map(([tag, { title, message }]) => [
      tag,
      { title: title ?? null, message: message ?? null },
    ]),
  );

/** By UTF-16 code units: the same order everywhere, whatever the locale. */
const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
