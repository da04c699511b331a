/** The conditions of a window, and every reason that a condition, a gate's detail or an Event may give. */

export const conditionTypes = {
  /** The spec makes sense and is in force. */
  Accepted: 'Accepted',
  /** Every covered Ingress can get a gate: known at every change, long before the start. */
  Armable: 'Armable',
  /** Every gate answered a signed probe as it should. */
  GatesProven: 'GatesProven',
  /** Visitors of every covered Ingress meet the page now, and there is at least one. */
  Closed: 'Closed',
  /** Clients' addresses can be told apart, and the allowlist holds no proxy. */
  ClientAddressesPlausible: 'ClientAddressesPlausible',
  /** Accepted and Armable. */
  Ready: 'Ready',
} as const;

export type ConditionType = keyof typeof conditionTypes;

export const reasons = {
  // Accepted
  /** The spec is in force. */
  Accepted: 'Accepted',
  /** The schedule can not be read: unknown time zone, cron syntax, an end before its start. */
  InvalidSchedule: 'InvalidSchedule',
  /** The occurrences of the schedule run into one another for more than 31 days. */
  NeverOpens: 'NeverOpens',
  /** An entry of spec.access.addresses is no address and no CIDR. */
  InvalidAddress: 'InvalidAddress',
  /** The page's template is missing, can not be read, or must not be used. */
  InvalidTemplate: 'InvalidTemplate',
  /** The window does not fit into the one ConfigMap in which its policy is kept. */
  TooLarge: 'TooLarge',

  // Armable, and why a gate is refused
  /** Every covered Ingress can get a gate. */
  Armable: 'Armable',
  /** Every covered Ingress can get a gate, but a responder's clock is off: it closes and opens at another time. */
  ClockSkew: 'ClockSkew',
  /** An annotation of the gate has a value that is not ours, or another field manager owns it. */
  Conflict: 'Conflict',
  /** No driver knows the ingress controller of the Ingress's class. */
  UnknownController: 'UnknownController',
  /** The Ingress names no class, and the cluster has no default one. */
  NoClass: 'NoClass',
  /** The API server forbids a write that the gate needs. */
  Forbidden: 'Forbidden',
  /** The API server answered a write with another error. */
  WriteFailed: 'WriteFailed',
  /** The ingress controller does not show the responder what the window asks to decide by. */
  DriverCannotSee: 'DriverCannotSee',
  /** The Ingress, or its controller for all, asks another authentication, and the controller has room for one only. */
  ExistingAuth: 'ExistingAuth',
  /** A setting answers requests before the gate is asked. */
  GateBypassed: 'GateBypassed',
  /** The ingress controller's own settings are not known, or no gate works by them. */
  ControllerSettings: 'ControllerSettings',
  /** The Ingress has a backend with which the controller can not show the page. */
  UnsupportedBackend: 'UnsupportedBackend',
  /** The responder has an IPv6 address only, and the controller can not show the page from there. */
  NeedsIPv4: 'NeedsIPv4',
  /** The gates can go on, but a setting of an Ingress or its controller has an effect that a person should know of. */
  SettingWarning: 'SettingWarning',
  /** Another Ingress, which the window does not cover, serves a host of it too: there the host stays open. */
  HostPartlyCovered: 'HostPartlyCovered',
  /** The API server has not said yet whether it would take the gates. */
  NotRehearsed: 'NotRehearsed',
  /** The spec is not accepted, so no Ingress was looked at. */
  NotAccepted: 'NotAccepted',

  // GatesProven, and why a gate is not proven
  /** Every gate is proven. */
  GatesProven: 'GatesProven',
  /** At least one gate was not probed yet, or could not be reached. */
  Unproven: 'Unproven',
  /** At least one gate was probed, and something else answered. */
  Wrong: 'Wrong',
  /** At least one Ingress gets no gate. */
  Refused: 'Refused',
  /** Gates are off: no occurrence is near. */
  NotArmed: 'NotArmed',
  /** The gate's objects stand, and the ingress controller is given time to see them before an annotation names them. */
  Settling: 'Settling',
  /** The responder's Service has no address yet. */
  ResponderNotReady: 'ResponderNotReady',
  /** The gate is on, and no probe of it has been answered yet. */
  NotProbed: 'NotProbed',
  /** The gate answers, but a responder decides otherwise than the schedule says. */
  NotFlipped: 'NotFlipped',
  /** No responder has loaded the window's policy, so no gate goes on. */
  PoliciesNotLoaded: 'PoliciesNotLoaded',
  /** No responder answers, so the gates of sites that should be open came off until some do. */
  GatesWithdrawn: 'GatesWithdrawn',
  /** Somebody else took the gate off or changed it while a window wants it: it is put back, later each time. */
  Reverted: 'Reverted',
  /** The Ingress has no address yet at which a probe could reach it. */
  NoAddress: 'NoAddress',
  /** The ingress did not answer the probe. */
  Unreachable: 'Unreachable',
  /** Only regular expressions for paths: no path is known that the gate would see. */
  PathNotProbeable: 'PathNotProbeable',
  /** A data plane answered whose requests the gate's driver does not read. */
  OtherDataPlane: 'OtherDataPlane',
  /** The probe was answered without the responder's signature: something is in the way of the gate. */
  NoEcho: 'NoEcho',
  /** Another authentication, an address list or a firewall answered the probe, before the gate. */
  OtherAuthInFront: 'OtherAuthInFront',
  /** The ingress controller has no route for the Ingress, or refuses it. */
  NoRoute: 'NoRoute',
  /** The probe was sent on to another place than https on the same host. */
  RedirectedElsewhere: 'RedirectedElsewhere',
  /** The site itself answered the probe: its gate is not there. */
  SiteAnswers: 'SiteAnswers',

  // Closed
  /** Every covered Ingress is proven closed now. */
  Closed: 'Closed',
  /** The sites are open, as the schedule says. */
  Open: 'Open',
  /** Some covered Ingresses are not proven closed although they should be. */
  Partial: 'Partial',
  /** The targets match no Ingress. */
  NoTargets: 'NoTargets',
  /** An Ingress that a target names does not exist. */
  TargetNotFound: 'TargetNotFound',

  // ClientAddressesPlausible
  /** Nothing looks wrong. */
  Plausible: 'Plausible',
  /** Requests show signs of a proxy that nobody told Backsoon about. */
  UnknownProxy: 'UnknownProxy',
  /** spec.access.addresses overlaps the proxies that Backsoon is told to trust. */
  AllowlistContainsProxy: 'AllowlistContainsProxy',
  /** Nearly all requests come from one address. */
  AllClientsLookAlike: 'AllClientsLookAlike',
  /** Requests come from addresses of the cluster's own nodes or Pods. */
  ClusterAddress: 'ClusterAddress',
  /** The ingress controller shows its proxy's address for the client's. */
  ClientHiddenByProxy: 'ClientHiddenByProxy',
  /** The ingress controller's settings let clients choose their address. */
  SpoofableClientAddress: 'SpoofableClientAddress',

  // Ready
  /** Accepted and Armable. */
  Ready: 'Ready',
} as const;

export type Reason = keyof typeof reasons;
