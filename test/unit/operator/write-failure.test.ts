import { expect } from 'chai';
import { errorFromAnswer } from '../../../src/kube/errors.ts';
import { policyFailure } from '../../../src/operator/write-failure.ts';

const configMap = 'backsoon-system/backsoon-policy-uid-upgrade';

/** What the API server answered, as its client throws it. */
const answered = (status: number, reason: string, message: string): Error =>
  errorFromAnswer({
    attempt: { verb: 'apply', resource: 'configmaps', name: configMap },
    status,
    body: JSON.stringify({ kind: 'Status', reason, message }),
  });

describe('operator: why a policy could not be written', () => {
  const told: readonly (readonly [what: string, error: Error, reason: string])[] = [
    ['a missing right', answered(403, 'Forbidden', 'configmaps is forbidden'), 'Forbidden'],
    ['a body that is too large', answered(413, 'RequestEntityTooLarge', 'limit is 3145728'), 'WriteFailed'],
    [
      'a ConfigMap that is too large',
      answered(422, 'Invalid', 'Too long: may not be more than 1048576 bytes'),
      'WriteFailed',
    ],
    [
      'a webhook that says no',
      answered(400, 'BadRequest', 'admission webhook "x" denied the request'),
      'WriteFailed',
    ],
    [
      'a webhook that can not be called',
      answered(500, 'InternalError', 'failed calling webhook "x"'),
      'WriteFailed',
    ],
    ['a fault of our own', new Error('out of range'), 'WriteFailed'],
  ];
  for (const [what, error, reason] of told) {
    it(`is told, with the server’s words: ${what}`, () => {
      const failure = policyFailure(configMap, error);
      expect(failure?.reason).to.equal(reason);
      const words = 'serverMessage' in error ? String(error.serverMessage) : error.message;
      expect(failure?.message).to.contain(words).and.to.contain(configMap);
    });
  }

  for (const [status, reason] of [
    [409, 'Conflict'],
    [429, 'TooManyRequests'],
    [503, 'ServiceUnavailable'],
    [504, 'Timeout'],
  ] as const) {
    it(`is no news when it passes by itself: ${status}`, () => {
      expect(policyFailure(configMap, answered(status, reason, 'later'))).to.equal(undefined);
    });
  }
});
