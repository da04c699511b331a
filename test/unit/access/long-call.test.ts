import { expect } from 'chai';
import type { RequestHeaders } from '../../../src/access/client-address.ts';
import { isAsItsMethodSays, type LongCall, longCall } from '../../../src/access/long-call.ts';
import { methodOverrides } from '../../../src/api/headers.ts';

describe('longCall', () => {
  const key = { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
  const table: readonly (readonly [what: string, headers: RequestHeaders, call: LongCall | undefined])[] = [
    ['nothing', {}, undefined],
    ['an upgrade', { upgrade: 'h2c' }, 'upgrade'],
    ['a WebSocket whose Upgrade was removed', key, 'upgrade'],
    ['a WebSocket over HTTP/2', { 'sec-websocket-version': '13' }, 'upgrade'],
    ['gRPC that would be a WebSocket', { ...key, 'content-type': 'application/grpc' }, 'grpc'],
  ];
  for (const [what, headers, call] of table) {
    it(`${what}: ${call}`, () => expect(longCall(headers)).to.equal(call));
  }

  const types: readonly (readonly [type: string | readonly string[], call: LongCall | undefined])[] = [
    ['application/grpc', 'grpc'],
    ['application/grpc+proto', 'grpc'],
    ['APPLICATION/gRPC-Web; charset=utf-8', 'grpc'],
    ['application/grpc, text/plain', 'grpc'],
    ['text/plain, application/grpc', 'unclear'],
    ['text/plain; charset=utf-8, application/grpc', 'unclear'],
    [['text/plain', 'application/grpc'], 'unclear'],
    [',application/grpc', 'unclear'],
    ['"application/grpc"', 'unclear'],
    ['application', 'unclear'],
    ['application/', 'unclear'],
    ['application /grpc', 'unclear'],
    ['\tapplication/grpc', 'unclear'],
    ['application/\u00e9', 'unclear'],
    ['', undefined],
    ['application/json', undefined],
    ['application/x-www-form-urlencoded;charset=UTF-8', undefined],
    ['multipart/form-data; boundary="----a b=c"', undefined],
    ['application/vnd.api+json ; ext="https://a.example"', undefined],
  ];
  for (const [type, call] of types) {
    it(`Content-Type ${JSON.stringify(type)}: ${call}`, () =>
      expect(longCall({ 'content-type': type })).to.equal(call));
  }
});

describe('isAsItsMethodSays', () => {
  it('is what no long call is', () => {
    expect(isAsItsMethodSays({ 'content-type': 'application/json' })).to.equal(true);
    for (const type of ['application/grpc', 'a/b, c/d'])
      expect(isAsItsMethodSays({ 'content-type': type }), type).to.equal(false);
    expect(isAsItsMethodSays({ upgrade: 'websocket' })).to.equal(false);
  });

  for (const name of methodOverrides) {
    it(`is not what names another method by ${name}`, () => {
      for (const method of ['DELETE', 'GET', ''])
        expect(isAsItsMethodSays({ [name]: method })).to.equal(false);
    });
  }
});
