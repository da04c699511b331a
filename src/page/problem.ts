import { plain } from './escape.ts';
import { endInstant, isoSeconds, type PageInput } from './page.ts';
import { slot } from './slots.ts';
import type { Wording } from './wording.ts';

/** Identifies the kind of problem (RFC 9457 §3.1.1): a tag URI, as there is nothing to fetch. */
export const problemType = 'tag:backsoon.dev,2026:closed-for-maintenance';

/** Problem details (RFC 9457) with the window, its times and Retry-After as extension members, with slots. */
export function renderProblem(page: PageInput, { title, message }: Wording): string {
  const fixed = JSON.stringify({
    type: problemType,
    title: title.text,
    status: 503,
    detail: message.text,
    window: page.windowId,
    start: isoSeconds(page.startMs),
    end: endInstant(page),
    ...(page.statusPage !== null && { statusPage: plain(page.statusPage) }),
    ...(page.contact !== null && { contact: plain(page.contact) }),
  });
  return `${fixed.slice(0, -1)},"retryAfter":${slot('retryAfter')},"requestId":"${slot('requestId')}"}\n`;
}
