import type { ClientAddress, RequestHeaders } from '../access/client-address.ts';
import type { Address } from '../access/ip.ts';
import type { SigningKeys } from '../access/keys.ts';
import type { ClosedTime, CompiledWindow } from './policy-set.ts';

/** Why a request was let in although its site is closed. */
export type Pass = 'address' | 'token' | 'cookie' | 'path' | 'method' | 'preflight' | 'acme';

/** A visitor's request as the gate's controller shows it. */
export interface GateRequest {
  readonly headers: RequestHeaders;
  /** The visitor's own method; undefined where the controller does not show it. */
  readonly method: string | undefined;
  /** The visitor's own target, raw, with its query; undefined where the controller does not show it. */
  readonly target: string | undefined;
  /** The host that the visitor asked for, raw, maybe with a port; undefined where the controller does not show it. */
  readonly host: string | undefined;
}

/** What a decision depends on besides the request and the policies. */
export interface Circumstances {
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Undefined while there are none: then no cookie is good and none is given. */
  readonly keys: SigningKeys | undefined;
  /** Is this address a proxy that hides itself, by what its gate has seen lately (design §6 rule 6)? */
  readonly isShared: (gate: string, address: Address) => boolean;
}

export type Decision =
  /** No policy covers the gate, so nothing asks to close it. */
  | { readonly outcome: 'orphan' }
  /** Covered, and no window is closed now. */
  | { readonly outcome: 'open'; readonly client: ClientAddress }
  | {
      readonly outcome: 'pass';
      readonly pass: Pass;
      /** The closed window that it passed; of several, the one whose page others see. */
      readonly window: CompiledWindow;
      /** The token's name, when the pass is one, or a cookie that was got for one. */
      readonly token?: string;
      readonly client: ClientAddress;
    }
  | {
      readonly outcome: 'refuse';
      /** Whose page to show: of the closed windows, the one that ends last. */
      readonly window: CompiledWindow;
      readonly occurrence: ClosedTime;
      readonly client: ClientAddress;
      /** What was presented and is good for nothing here: a well-formed token, or a cookie of one of these windows. */
      readonly badCredential?: 'token' | 'cookie';
    }
  /** A token on its way to becoming a cookie (design §5). Never an admission. */
  | {
      readonly outcome: 'exchange';
      /** A closed window in which the token is good, or the one whose page others see; absent: none is closed. */
      readonly window?: CompiledWindow;
      /** The token's name; absent: it was good nowhere. */
      readonly token?: string;
      /** Whole values of Set-Cookie; none: refused. */
      readonly cookies: readonly string[];
      readonly client: ClientAddress;
    }
  /** A visit to the sign-out path. Never an admission. */
  | {
      readonly outcome: 'sign-out';
      readonly window: CompiledWindow;
      readonly occurrence: ClosedTime;
      /** Whole values of Set-Cookie that end the cookies of all the gate's windows. */
      readonly cookies: readonly string[];
      readonly client: ClientAddress;
    };
