/** What the page tells its script, as data attributes of the script's own element. */
export const settings = (document.querySelector('script[data-backsoon]') as HTMLElement).dataset;

/** Does something with each element that is there. */
export function each(selector: string, act: (found: HTMLElement) => void): void {
  document.querySelectorAll<HTMLElement>(selector).forEach(act);
}

/** Asks for this page's own URL again, past all caches, with its cookies. */
export function request(method: string, headers: Record<string, string>): Promise<Response> {
  return fetch(location.origin + location.pathname + location.search, {
    method,
    headers,
    cache: 'no-store',
    redirect: 'manual',
  });
}
