import type { Answer } from '../../../../src/responder/answer.ts';
import { readHeaders } from '../../../../src/api/headers.ts';
import type { Answering } from '../../../../src/responder/gate-server.ts';
import type { WireRequest } from '../../../../src/responder/gate-context.ts';

const page = '<!doctype html><title>Back soon</title>\u00e4\n';
const bigPage = page.repeat(3_000);
const pageHeaders = [
  'Cache-Control',
  'no-store',
  'Vary',
  'Accept',
  'Content-Type',
  'text/html; charset=utf-8',
];

/** Writes down what a server is asked, and has an answer of every kind. */
export class Recorder implements Answering {
  /** Each request, with all fields that answers depend on. */
  readonly requests: string[] = [];
  isLeaving = false;

  readonly isDraining = (): boolean => this.isLeaving;

  readonly onError = (error: unknown): void => {
    this.requests.push(`failed: ${error instanceof Error ? error.name : 'what?'}`);
  };

  readonly answer = (request: WireRequest): Answer => {
    const { method, target, headers } = request;
    let text = `${method} ${target}`;
    for (const name of readHeaders) {
      const value = headers[name];
      // In quotes, so that no value can look like another field.
      if (value !== undefined) text += ` ${name}=${JSON.stringify(value)}`;
    }
    this.requests.push(text);
    return answerTo(target, headers['x-forwarded-method'] === 'HEAD');
  };
}

function answerTo(target: string, withoutBody: boolean): Answer {
  switch (target) {
    case '/gate/forward/shop/web':
      return {
        status: 503,
        headers: ['Retry-After', '60', ...pageHeaders],
        body: [page, 'a', 'b\u00fc'],
        withoutBody,
      };
    case '/gate/forward/shop/open':
      return { status: 200, headers: ['Cache-Control', 'no-store'], body: [] };
    case '/gate/forward/shop/big':
      return { status: 503, headers: pageHeaders, body: [bigPage] };
    case '/gate/nginx/shop/web':
      return { status: 403, headers: ['Cache-Control', 'no-store'], body: [] };
    case '/gate/forward/shop/broken':
    case '/gate/nginx/shop/broken':
      throw new RangeError('broken');
    case '/gate/forward/shop/unsendable':
      return { status: 503, headers: ['X-Split', 'a\r\nSet-Cookie: b'], body: [page] };
    default:
      return { status: 405, headers: [], body: ['not a gate\n'] };
  }
}
