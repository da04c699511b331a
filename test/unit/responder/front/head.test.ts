import { expect } from 'chai';
import { readHeaders } from '../../../../src/api/headers.ts';
import { readHead } from '../../../../src/responder/front/head.ts';

const head = (...lines: readonly string[]): string =>
  ['GET /gate/forward/shop/web HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n');

const read = (text: string): ReturnType<typeof readHead> => readHead(Buffer.from(text, 'latin1'));

describe('front: one request in a chunk', () => {
  it('has the method, the target and the fields that answers depend on, by their names in lower case', () => {
    const request = read(
      head('X-Forwarded-For: 198.51.100.10', 'ACCEPT: a,\tb', 'x-other: y', 'Connection: Keep-Alive'),
    );
    const { headers, ...line } = request ?? expect.fail('left to node:http');
    expect(line).to.deep.equal({ method: 'GET', target: '/gate/forward/shop/web' });
    const present = Object.entries(headers).filter(([, value]) => value !== undefined);
    expect(Object.fromEntries(present)).to.deep.equal({
      'x-forwarded-for': '198.51.100.10',
      accept: 'a,\tb',
      host: 'x',
    });
  });

  it('has every field that answers depend on, but for an upgrade, which is left to node:http', () => {
    for (const name of readHeaders) {
      const lines =
        name === 'host' ? head().replace('Host: x', 'Host: some value') : head(`${name}: some value`);
      const request = read(lines);
      if (name === 'upgrade') expect(request).to.equal(undefined);
      else expect(request?.headers[name], name).to.equal('some value');
    }
  });

  const taken: readonly (readonly [what: string, text: string])[] = [
    ['HEAD', head().replace('GET', 'HEAD')],
    ['a gate of nginx', head('X-Original-URL: http://a.test/b?c=%2F').replace('/forward/', '/nginx/')],
    ['another gate', head().replace('/gate/forward/shop/web', '/gate/x/a.b~c_D-9/')],
    ['16 KiB', head(`X: ${'y'.repeat(16 * 1024 - head('X: ').length)}`)],
    ['a field that nobody reads, twice', head('X: 1', 'X: 2')],
    ['a name that objects have by themselves', head('__proto__: x', 'constructor: x', 'toString: x')],
  ];
  for (const [what, text] of taken) {
    it(`is taken: ${what}`, () => expect(read(text)).not.to.equal(undefined));
  }

  const left: readonly (readonly [what: string, text: string])[] = [
    ['nothing', ''],
    ['half a head', head().slice(0, -2)],
    ['a head and more', `${head()}G`],
    ['two heads', head() + head()],
    ['an empty line first', `\r\n${head()}`],
    ['another method', head().replace('GET', 'POST')],
    ['another target', head().replace('/gate/', '/page/')],
    ['a query', head().replace('/web', '/web?x')],
    ['an escape', head().replace('/web', '/%77eb')],
    ['an absolute target', head().replace('/gate', 'http://x/gate')],
    ['HTTP/1.0', head().replace('1.1', '1.0')],
    ['no Host', head().replace('Host', 'Hast')],
    ['two Hosts', head('host: x')],
    ['a length', head('Content-Length: 0')],
    ['a coding', head('Transfer-Encoding: chunked')],
    ['an expectation', head('Expect: 100-continue')],
    ['an upgrade', head('Upgrade: websocket', 'Connection: Upgrade')],
    ['Connection: close', head('Connection: close')],
    ['Connection: keep-alive and more', head('Connection: keep-alive, x')],
    ['a field that is read, twice', head('Accept: a', 'accept: b')],
    ['a bare line feed', head('X: y').replace('y\r\n', 'y\n')],
    ['a bare carriage return', head('X: y\rz')],
    ['a folded line', head('X: y\r\n z')],
    ['a blank in a name', head('X Y: z')],
    ['a blank before the colon', head('X : y')],
    ['no blank after the colon', head('X:y')],
    ['two blanks after the colon', head('X:  y')],
    ['a blank after the value', head('X: y ')],
    ['no value', head('X: ')],
    ['no name', head(': y')],
    ['no colon', head('X')],
    ['NUL in a value', head('X: \0')],
    ['DEL in a value', head('X: \u007f')],
    ['a byte beyond ASCII in a value', head('X: \u00e9')],
    ['a byte beyond ASCII in a name', head('\u00e9: x')],
    ['more than 16 KiB', head(`X: ${'y'.repeat(16 * 1024)}`)],
  ];
  for (const [what, text] of left) {
    it(`is left to node:http: ${what}`, () => expect(read(text)).to.equal(undefined));
  }
});
