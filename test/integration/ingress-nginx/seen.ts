import type { IncomingHttpHeaders } from 'node:http';

/** One request as the lab's programs saw it. */
export interface Seen {
  readonly role: 'gate' | 'page' | 'app';
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Names the test that a request belongs to. */
export const testHeader = 'x-test';
/** Lets a request in. */
export const passHeader = 'x-pass';

export const responderPort = 8080;
export const appPort = 8081;
