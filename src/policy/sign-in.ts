import type { RequestHeaders } from '../access/client-address.ts';
import { cookieFor, expiredCookie } from '../access/cookie.ts';
import { withoutQuery } from '../access/paths.ts';
import { findToken, tokenDigest } from '../access/token.ts';
import { headers as names } from '../api/headers.ts';
import { signOutPath } from '../api/names.ts';
import { closedTime, shownOf } from './closed.ts';
import type { Decision } from './decision.ts';
import type { CompiledWindow } from './policy-set.ts';
import type { Visit } from './visit.ts';

/** Whatever its value is: a broken exchange is refused, it is not judged as something else. */
export const isExchange = (headers: RequestHeaders): boolean => headers[names.exchange] !== undefined;

/**
 * A cookie for each closed window in which the token is good. They are all asked, whatever part of the site each
 * closes: a link opens at `/`, also where only `/checkout` is closed.
 */
export function exchange(visit: Visit): Decision {
  const { client, nowMs } = visit;
  const cookies: string[] = [];
  let good: { readonly window: CompiledWindow; readonly token: string } | undefined;
  for (const window of visit.windows) {
    const granted = grant(visit, window);
    if (granted === undefined) continue;
    cookies.push(granted.cookie);
    good ??= { window, token: granted.token };
  }
  if (good !== undefined) return { outcome: 'exchange', ...good, cookies, client };
  const shown = shownOf(visit.windows, nowMs);
  return shown === undefined
    ? { outcome: 'exchange', cookies, client }
    : { outcome: 'exchange', window: shown.window, cookies, client };
}

function grant(
  { request, circumstances: { nowMs, keys }, host }: Visit,
  window: CompiledWindow,
): { readonly token: string; readonly cookie: string } | undefined {
  const occurrence = closedTime(window, nowMs);
  // A cookie that were bound to no host, where hosts are seen, would be good for every broken one.
  if (occurrence === undefined || keys === undefined || host === undefined) return undefined;
  const digest = tokenDigest(request.headers[names.exchange]);
  const token = digest && findToken(digest, window.tokens, nowMs);
  if (token === undefined) return undefined;
  const times = { endMs: occurrence.opensMs, nowMs, key: keys.current };
  const cookie = cookieFor(token, { uid: window.uid, host }, times);
  return cookie === undefined ? undefined : { token: token.name, cookie };
}

export const isSignOut = ({ target }: Visit): boolean =>
  target !== undefined && target.startsWith(signOutPath) && withoutQuery(target) === signOutPath;

/**
 * Ends the cookies of all windows, closed or not. Works wherever a window is closed now, whatever part it closes.
 * @throws RangeError when none is.
 */
export function signOut({ windows, nowMs, client }: Visit): Decision {
  const shown = shownOf(windows, nowMs);
  if (shown === undefined) throw new RangeError('nobody can sign out of a site that is open');
  const cookies = [...new Set(windows.map(({ uid }) => expiredCookie(uid)))];
  return { outcome: 'sign-out', ...shown, cookies, client };
}
