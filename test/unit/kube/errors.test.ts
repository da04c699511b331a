import { expect } from 'chai';
import {
  errorFromAnswer,
  errorFromWatch,
  isKubeError,
  isTransient,
  KubeError,
  type KubeErrorCode,
} from '../../../src/kube/errors.ts';

const attempt = { verb: 'apply', resource: 'ingresses.networking.k8s.io', name: 'shop/web' };

const status = (reason: string, details?: object): string =>
  JSON.stringify({ kind: 'Status', status: 'Failure', reason, message: `because ${reason}`, details });

/** Copied from a kube-apiserver 1.36. */
const conflictDetails = {
  causes: [
    {
      reason: 'FieldManagerConflict',
      message: 'conflict with "kubectl-edit" using networking.k8s.io/v1 at 2026-12-01T10:00:00Z',
      field: '.metadata.annotations.traefik.ingress.kubernetes.io/router.middlewares',
    },
    {
      reason: 'FieldManagerConflict',
      message: 'conflict with "odd \\"name\\" \\u00e9" with subresource "status" using networking.k8s.io/v1',
      field: '.status',
    },
  ],
};

describe('errorFromAnswer', () => {
  const table: readonly [number, string, KubeErrorCode][] = [
    [400, status('BadRequest'), 'Invalid'],
    [401, status('Unauthorized'), 'Unauthorized'],
    [403, status('Forbidden'), 'Forbidden'],
    [404, status('NotFound'), 'NotFound'],
    [404, '404 page not found\n', 'NotFound'],
    [409, status('AlreadyExists'), 'AlreadyExists'],
    [409, status('Conflict'), 'Conflict'],
    [409, status('Conflict', { causes: [{ reason: 'ResourceVersionConflict' }] }), 'Conflict'],
    [409, status('Conflict', conflictDetails), 'FieldManagerConflict'],
    [410, status('Expired'), 'Gone'],
    [410, status('Gone'), 'Gone'],
    [415, status('UnsupportedMediaType'), 'Invalid'],
    [422, status('Invalid'), 'Invalid'],
    [429, status('TooManyRequests'), 'TooManyRequests'],
    [500, status('InternalError'), 'ServerError'],
    [502, '<html>bad gateway</html>', 'ServerError'],
    [503, status('ServiceUnavailable'), 'ServerError'],
    [504, status('Timeout'), 'Timeout'],
    [302, '', 'BadResponse'],
  ];
  for (const [code, body, expected] of table) {
    it(`${code} ${body.slice(0, 60)} → ${expected}`, () => {
      const error = errorFromAnswer({ attempt, status: code, body });
      expect(error.code).to.equal(expected);
      expect(error.status).to.equal(code);
    });
  }

  it('names every field in conflict and its manager, however Go quotes it', () => {
    const error = errorFromAnswer({ attempt, status: 409, body: status('Conflict', conflictDetails) });
    expect(error.conflicts).to.deep.equal([
      {
        field: '.metadata.annotations.traefik.ingress.kubernetes.io/router.middlewares',
        manager: 'kubectl-edit',
      },
      { field: '.status', manager: 'odd "name" é' },
    ]);
  });

  it('says what was tried on which object, and the server’s words', () => {
    const error = errorFromAnswer({ attempt, status: 403, body: status('Forbidden') });
    expect(error.message).to.equal(
      'apply ingresses.networking.k8s.io shop/web: Forbidden: because Forbidden',
    );
    expect(error.serverMessage).to.equal('because Forbidden');
  });

  it('shows the beginning of an answer that is no Status', () => {
    const error = errorFromAnswer({ attempt, status: 502, body: `<html>${'x'.repeat(1000)}` });
    expect(error.message).to.match(/ServerError: <html>x+$/);
    expect(error.message.length).to.be.below(300);
  });

  it('takes Retry-After from the header, or from the Status', () => {
    const header = errorFromAnswer({
      attempt,
      status: 429,
      headers: { 'retry-after': '7' },
      body: status('TooManyRequests'),
    });
    const body = errorFromAnswer({ attempt, status: 500, body: status('X', { retryAfterSeconds: 3 }) });
    const date = errorFromAnswer({
      attempt,
      status: 503,
      headers: { 'retry-after': 'Tue, 1 Dec' },
      body: '',
    });
    expect([header, body, date].map((error) => error.retryAfterSeconds)).to.deep.equal([7, 3, undefined]);
  });
});

describe('errorFromWatch', () => {
  it('reads the Status of an ERROR event', () => {
    const error = errorFromWatch(attempt, {
      kind: 'Status',
      code: 410,
      reason: 'Expired',
      message: 'too old',
    });
    expect(error.code).to.equal('Gone');
    expect(error.serverMessage).to.equal('too old');
  });

  it('makes something of anything', () => {
    expect(errorFromWatch(attempt, null).code).to.equal('ServerError');
    expect(errorFromWatch(attempt, 'no').code).to.equal('ServerError');
  });
});

describe('isTransient', () => {
  const of = (code: KubeErrorCode): KubeError => new KubeError({ code, attempt, message: '' });

  it('holds for what a little time may heal', () => {
    const codes: KubeErrorCode[] = ['TooManyRequests', 'Timeout', 'Unreachable', 'ServerError'];
    expect(codes.every((code) => isTransient(of(code)))).to.equal(true);
  });

  it('does not hold for a refusal, nor for an error of another kind', () => {
    const codes: KubeErrorCode[] = ['Forbidden', 'Invalid', 'Conflict', 'NotFound', 'Gone', 'NotLeading'];
    expect(codes.some((code) => isTransient(of(code)))).to.equal(false);
    expect(isTransient(new Error('x'))).to.equal(false);
  });

  it('is told apart by isKubeError', () => {
    expect(isKubeError(of('Gone'), 'Gone')).to.equal(true);
    expect(isKubeError(of('Gone'), 'NotFound')).to.equal(false);
    expect(isKubeError(new Error('x'))).to.equal(false);
  });
});
