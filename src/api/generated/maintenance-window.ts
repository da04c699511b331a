// Generated from crds/ by `npm run generate`: change it there.
import type { ObjectMeta } from '../object-meta.ts';

/**
 * MaintenanceWindow closes web sites of its own namespace for a while: visitors get a 503 page that says when
 * to come back, people named in spec.access get the real site, and afterwards everything is as before.
 */
export interface MaintenanceWindow {
  readonly apiVersion: 'backsoon.dev/v1alpha1';
  readonly kind: 'MaintenanceWindow';
  readonly metadata: ObjectMeta;
  readonly spec: MaintenanceWindowSpec;
  /** Absent until the operator has seen the window. */
  readonly status?: MaintenanceWindowStatus;
}

/** What is closed, when, who may pass meanwhile, and what visitors see. */
export interface MaintenanceWindowSpec {
  /**
   * What the window closes: all targets together, at least one, at most 64. An Ingress that several of them
   * name is closed once. Only Ingresses of the window's own namespace can be named. Example: [{ingress:
   * {name: shop}}, {ingress: {selector: {matchLabels: {tier: web}}}}]
   */
  readonly targets: readonly Target[];
  /**
   * Close just a part of what the targets serve: requests whose host is in hosts AND whose path is under one
   * of paths. Absent: everything. An Ingress that serves none of hosts stays as it is. A gate whose ingress
   * controller does not show the host or the path is refused, reason DriverCannotSee, unless hosts names all
   * hosts of its Ingress.
   */
  readonly only?: Only;
  /**
   * When the window closes. Absent: from now until the window is deleted, suspended or ended. One of four
   * shapes: start + end, start + duration, start alone (no end), cron + duration. Example: {start:
   * "2026-12-01T22:00:00+01:00", duration: 90m}
   */
  readonly schedule?: Schedule;
  /**
   * What happens at the end of an occurrence. Open (default): the sites open by themselves. Hold: they stay
   * closed past the end, phase Held, until a person sets endedAt or endPolicy Open, or deletes or suspends
   * the window. Neither the next occurrence nor an edit of the schedule opens them. Hold has to be set before
   * the end.
   */
  readonly endPolicy?: EndPolicy;
  /**
   * true: the window closes nothing, whatever its schedule says. Default false. Leave it out of files kept in
   * git, so that a person can set it by hand.
   */
  readonly suspend?: boolean;
  /**
   * A person's word that one occurrence lasts until another time than scheduled; may also shorten it. It ends
   * then, and is not held. Occurrences that begin before its new end become part of it. Written by tools
   * (kubectl backsoon extend); leave it out of files kept in git.
   */
  readonly extension?: Extension;
  /**
   * A person's word that it is over: every occurrence that began at or before this instant has ended, held
   * and extended ones too. Later ones come as scheduled. Written by tools (kubectl backsoon open); leave it
   * out of files kept in git.
   */
  readonly endedAt?: string;
  /**
   * Seconds after the end of the window's last occurrence at which the window is deleted. Absent: never.
   * Leave it out of files that GitOps applies: the tool makes the window again, without the endedAt that a
   * person set, and a window without an end of its own then closes at once. Example: 86400
   */
  readonly ttlSecondsAfterCompleted?: number;
  /**
   * When the gates are on the Ingresses. OnDemand (default): from shortly before an occurrence until its end.
   * Standing: between occurrences too, so that recurring windows keep happening while the operator is down,
   * at the price of one more hop for every request.
   */
  readonly gates?: GatesMode;
  /** Who gets the real site while it is closed. One match is enough; absent, nobody. */
  readonly access?: Access;
  /** What visitors of the closed site see. Absent, a plain page in the visitor's language. */
  readonly page?: Page;
}

/** One thing to close. Only `ingress` exists today; httpRoute and others are reserved. */
export interface Target {
  /**
   * Ingresses, by name or by label: exactly one of name and selector. Skipped always: solver Ingresses of
   * cert-manager and Ingresses that Backsoon made.
   */
  readonly ingress: IngressTarget;
}

/**
 * Ingresses, by name or by label: exactly one of name and selector. Skipped always: solver Ingresses of
 * cert-manager and Ingresses that Backsoon made.
 */
export interface IngressTarget {
  /**
   * Name of one Ingress of the window's namespace. While it is missing the window reports Closed=False,
   * reason TargetNotFound, and closes the rest. Example: shop
   */
  readonly name?: string;
  /**
   * Ingresses of the window's namespace by their labels; {} selects every one. Looked at continuously: an
   * Ingress that begins to match closes at once. All requirements must hold.
   */
  readonly selector?: LabelSelector;
}

/**
 * Ingresses of the window's namespace by their labels; {} selects every one. Looked at continuously: an
 * Ingress that begins to match closes at once. All requirements must hold.
 */
export interface LabelSelector {
  /** Labels that the Ingress must have. Example: {tier: web} */
  readonly matchLabels?: Readonly<Record<string, string>>;
  /** Requirements on labels. Example: [{key: tier, operator: In, values: [web, api]}] */
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

/** One requirement on a label of the Ingress. */
export interface LabelSelectorRequirement {
  /** The label's key. Example: tier */
  readonly key: string;
  /** How the label's value relates to values. */
  readonly operator: LabelSelectorOperator;
  /** Values for In and NotIn; absent for Exists and DoesNotExist. */
  readonly values?: readonly string[];
}

/** How the label's value relates to values. */
export type LabelSelectorOperator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';

/**
 * Close just a part of what the targets serve: requests whose host is in hosts AND whose path is under one of
 * paths. Absent: everything. An Ingress that serves none of hosts stays as it is. A gate whose ingress
 * controller does not show the host or the path is refused, reason DriverCannotSee, unless hosts names all
 * hosts of its Ingress.
 */
export interface Only {
  /**
   * Host names that close, at most 256; absent: all. Lower case, no port; *.example.com stands for every name
   * one label below example.com. Example: [shop.example.com]
   */
  readonly hosts?: readonly string[];
  /**
   * Path prefixes that close, at most 256; absent: all. A prefix matches whole segments, like the Ingress
   * path type Prefix: /checkout matches /checkout and /checkout/pay, not /checkouts. Compared with the path
   * as the visitor sent it, without the query. Example: [/checkout]
   */
  readonly paths?: readonly string[];
}

/**
 * When the window closes. Absent: from now until the window is deleted, suspended or ended. One of four
 * shapes: start + end, start + duration, start alone (no end), cron + duration. Example: {start:
 * "2026-12-01T22:00:00+01:00", duration: 90m}
 */
export interface Schedule {
  /**
   * First instant at which the sites are closed, RFC 3339 with seconds and offset. A start in the past closes
   * at once. Example: "2026-12-01T22:00:00+01:00"
   */
  readonly start?: string;
  /**
   * First instant at which the sites are open again, RFC 3339 with seconds and offset; later than start.
   * Absent, without duration: no end. Example: "2026-12-01T23:30:00+01:00"
   */
  readonly end?: string;
  /**
   * Starts of recurring occurrences: minute, hour, day of month, month, day of week, by the rules of Vixie
   * cron (both days given: either matches); no seconds, no L, W or #. Needs duration. A local time that the
   * clocks leave out starts at the first minute after; one that they repeat starts once, but for * or a step
   * in the hour field. Occurrences that overlap or meet are one; beyond 31 days on end: Accepted=False,
   * reason NeverOpens. Example: "0 2 * * SUN"
   */
  readonly cron?: string;
  /**
   * How long an occurrence lasts, in elapsed time: days (of 24 hours), hours, minutes and seconds, in this
   * order, more than zero. Examples: 90m, 1h30m, 2d
   */
  readonly duration?: string;
  /**
   * IANA time zone in which cron is read; default UTC. An unknown one, or an offset such as +01:00, gives
   * Accepted=False, reason InvalidSchedule. Example: Europe/Amsterdam
   */
  readonly timeZone?: string;
  /**
   * Times in which nothing closes: an occurrence of the cron that overlaps one of them is skipped. At most
   * 256. Example: [{start: "2026-12-20T00:00:00+01:00", end: "2027-01-02T00:00:00+01:00", reason: Christmas
   * trade}]
   */
  readonly exclude?: readonly Exclusion[];
}

/** One time in which nothing closes, from start up to and without end. */
export interface Exclusion {
  /** First excluded instant, RFC 3339 with seconds and offset. */
  readonly start: string;
  /** First instant that is no longer excluded, RFC 3339 with seconds and offset. */
  readonly end: string;
  /** For people. Example: Christmas trade */
  readonly reason?: string;
}

/**
 * What happens at the end of an occurrence. Open (default): the sites open by themselves. Hold: they stay
 * closed past the end, phase Held, until a person sets endedAt or endPolicy Open, or deletes or suspends the
 * window. Neither the next occurrence nor an edit of the schedule opens them. Hold has to be set before the
 * end.
 */
export type EndPolicy = 'Open' | 'Hold';

/**
 * A person's word that one occurrence lasts until another time than scheduled; may also shorten it. It ends
 * then, and is not held. Occurrences that begin before its new end become part of it. Written by tools
 * (kubectl backsoon extend); leave it out of files kept in git.
 */
export interface Extension {
  /**
   * Start of the occurrence that is meant, as in status.occurrence.start: the first one of those that merged.
   * No such start: nothing is extended.
   */
  readonly occurrence: string;
  /** The occurrence's new end, RFC 3339 with seconds and offset. */
  readonly until: string;
}

/**
 * When the gates are on the Ingresses. OnDemand (default): from shortly before an occurrence until its end.
 * Standing: between occurrences too, so that recurring windows keep happening while the operator is down, at
 * the price of one more hop for every request.
 */
export type GatesMode = 'OnDemand' | 'Standing';

/** Who gets the real site while it is closed. One match is enough; absent, nobody. */
export interface Access {
  /**
   * Client addresses that pass: IP addresses and CIDRs, at most 4096, none wider than /8 (IPv4) or /16
   * (IPv6). Proxies that Backsoon is told to trust never match. Example: [203.0.113.0/24, "2001:db8:1::/48"]
   */
  readonly addresses?: readonly string[];
  /**
   * Tokens that pass, at most 64, each with a name of its own. A client sends one as the request header
   * Backsoon-Token, or exchanges it for a cookie by a link.
   */
  readonly tokens?: readonly AccessToken[];
  /**
   * Path prefixes that pass for everybody, at most 256, by whole segments: /healthz matches /healthz and
   * /healthz/db, not /healthzz. For health checks and webhooks. A gate whose ingress controller does not show
   * the path is refused, reason DriverCannotSee. Example: [/healthz, /webhooks/]
   */
  readonly paths?: readonly string[];
  /**
   * HTTP methods that pass for everybody, at most 32: [GET, HEAD] is a read-only mode. Upgrades (WebSocket)
   * and gRPC never pass by method.
   */
  readonly methods?: readonly string[];
  /**
   * true: an address passes although its requests show that it is a proxy which Backsoon was not told of: by
   * their headers, or by many different browsers behind it. Default false. Everybody behind it then passes
   * with it.
   */
  readonly trustSharedAddress?: boolean;
}

/** One token, by its hash. The hash may live in git; the token never does. */
export interface AccessToken {
  /** Who the token is for; unique in the window. Lower-case letters, digits and -. Example: ops */
  readonly name: string;
  /** SHA-256 of the whole token (bsn_...), as 64 lower-case hex digits: printf %s "$TOKEN" | sha256sum */
  readonly sha256: string;
  /**
   * First instant at which the token no longer passes, RFC 3339 with seconds and offset. Absent: it passes as
   * long as the window is closed.
   */
  readonly notAfter?: string;
}

/** What visitors of the closed site see. Absent, a plain page in the visitor's language. */
export interface Page {
  /** Title and headline, plain text, at most 200 characters. Example: Back soon */
  readonly title?: string;
  /** What is going on, plain text, at most 2000 characters. Example: We are moving to a bigger database. */
  readonly message?: string;
  /** Link to a status page, http or https. Example: https://status.example.com */
  readonly statusPage?: string;
  /** How to reach someone, plain text. Example: support@example.com */
  readonly contact?: string;
  /**
   * Title and message in other languages, by language tag (BCP 47); the visitor's Accept-Language chooses.
   * Example: {de: {title: Gleich zurück, message: Wir ziehen um.}}
   */
  readonly translations?: Readonly<Record<string, Translation>>;
  /** A page of one's own instead of the built-in one. */
  readonly template?: PageTemplate;
  /**
   * Seconds after which clients are told to come back (Retry-After), 1 to 86400; up to 10 % is added so that
   * they do not come back all at once. Default: the seconds to the end, at most 3600, or 300 where no end is
   * known.
   */
  readonly retryAfter?: number;
}

/** The page's words in one language; what is left out is taken from the page itself. */
export interface Translation {
  /** Title and headline, plain text, at most 200 characters. */
  readonly title?: string;
  /** What is going on, plain text, at most 2000 characters. */
  readonly message?: string;
}

/** A page of one's own instead of the built-in one. */
export interface PageTemplate {
  /**
   * Where the template is: a ConfigMap of the window's namespace with the label backsoon.dev/template=true,
   * at most 256 KiB of Mustache in HTML. Everything put in is escaped; unescaped tags are refused. One that
   * is missing or must not be used is not accepted, reason InvalidTemplate: the last accepted page stays in
   * force.
   */
  readonly configMapKeyRef: ConfigMapKeyRef;
}

/**
 * Where the template is: a ConfigMap of the window's namespace with the label backsoon.dev/template=true, at
 * most 256 KiB of Mustache in HTML. Everything put in is escaped; unescaped tags are refused. One that is
 * missing or must not be used is not accepted, reason InvalidTemplate: the last accepted page stays in force.
 */
export interface ConfigMapKeyRef {
  /** The ConfigMap's name. Example: shop-page */
  readonly name: string;
  /** The key in its data. Example: index.html */
  readonly key: string;
}

/** What Backsoon sees and does. Written by the operator alone. */
export interface MaintenanceWindowStatus {
  /** The metadata.generation that this status is about. */
  readonly observedGeneration?: number;
  /**
   * Where the window is in its schedule; trouble with gates shows in conditions and gates instead. Scheduled:
   * the next occurrence is to come. Arming: gates are being put on and proven, the sites are still open.
   * Closed: an occurrence is in progress. Held: past its end, but endPolicy is Hold. Opening: gates are
   * coming off. Completed: no occurrence is to come. Suspended: suspend is true. Invalid: the spec was never
   * accepted.
   */
  readonly phase?: Phase;
  /** One line for a person. What is wrong and how to cure it, else what happens next. */
  readonly message?: string;
  /**
   * Accepted: the spec makes sense. Armable: every covered Ingress can get a gate. GatesProven: every gate
   * answered a signed probe. Closed: visitors of every covered Ingress meet the page now; wait for this one
   * before a migration. ClientAddressesPlausible: clients' addresses can be told apart. Ready: Accepted and
   * Armable.
   */
  readonly conditions?: readonly Condition[];
  /** The occurrence in progress or held. */
  readonly occurrence?: OccurrenceTimes;
  /** The next occurrence to come. */
  readonly next?: OccurrenceTimes;
  /** The last occurrence that has ended, with the instant at which it did. */
  readonly lastOccurrence?: OccurrenceTimes;
  /** How many gates the window asks for, and how they stand. */
  readonly gates?: GateCounts;
  /** The first 50 gates that are not proven, by Ingress name. */
  readonly gateDetails?: readonly GateDetail[];
  /** Strings for the columns of kubectl get. */
  readonly shown?: ShownTimes;
}

/**
 * Where the window is in its schedule; trouble with gates shows in conditions and gates instead. Scheduled:
 * the next occurrence is to come. Arming: gates are being put on and proven, the sites are still open.
 * Closed: an occurrence is in progress. Held: past its end, but endPolicy is Hold. Opening: gates are coming
 * off. Completed: no occurrence is to come. Suspended: suspend is true. Invalid: the spec was never accepted.
 */
export type Phase = 'Scheduled' | 'Arming' | 'Closed' | 'Held' | 'Opening' | 'Completed' | 'Suspended' | 'Invalid';

/** One condition, in the usual form of Kubernetes. */
export interface Condition {
  /** The condition's name. Example: Closed */
  readonly type: string;
  /** Whether the condition holds. */
  readonly status: ConditionStatus;
  /** The metadata.generation that the condition is about. */
  readonly observedGeneration?: number;
  /** When status last changed. */
  readonly lastTransitionTime: string;
  /** Why, in one word for programs. Example: Partial */
  readonly reason: string;
  /** Why, and what to do, in words for people. */
  readonly message: string;
}

/** Whether the condition holds. */
export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** The occurrence in progress or held. */
export interface OccurrenceTimes {
  /** First closed instant, RFC 3339. */
  readonly start: string;
  /** First open instant, RFC 3339. Absent: no end. */
  readonly end?: string;
}

/** How many gates the window asks for, and how they stand. */
export interface GateCounts {
  /** Ingresses that the window covers. */
  readonly total: number;
  /** Gates that answered a signed probe as they should. */
  readonly proven: number;
  /** Gates that could not be probed yet. */
  readonly unproven: number;
  /** Gates behind which something else answered. */
  readonly wrong: number;
  /** Ingresses on which no gate may be put. */
  readonly refused: number;
  /** Proven of total, for the column. Example: 12/12 */
  readonly summary: string;
}

/** One gate that is not proven, and why. */
export interface GateDetail {
  /** The Ingress's name. */
  readonly ingress: string;
  /**
   * Unproven: not probed yet, or not reachable. Wrong: something else answered than the gate. Refused: no
   * gate may be put on.
   */
  readonly verdict: GateDetailVerdict;
  /** Why, in one word for programs. Example: Conflict */
  readonly reason: string;
  /** Why, and what to do, in words for people. */
  readonly message: string;
  /** When the verdict last changed. */
  readonly since: string;
}

/**
 * Unproven: not probed yet, or not reachable. Wrong: something else answered than the gate. Refused: no gate
 * may be put on.
 */
export type GateDetailVerdict = 'Unproven' | 'Wrong' | 'Refused';

/** Strings for the columns of kubectl get. */
export interface ShownTimes {
  /** Start of the occurrence in progress, else of the next one. */
  readonly start?: string;
  /** End of the occurrence in progress, else of the next one. */
  readonly end?: string;
}
