/**
 * The load balancers in front of the ingress controllers, a program of its own (`node load-balancer.ts`, settings in
 * BACKSOON_LOAD_BALANCER as JSON). It passes connections on as they are, TLS too, and says in a PROXY protocol
 * header whose they are. Connections from the host arrive on unix sockets, which span network namespaces.
 */
import { rmSync } from 'node:fs';
import { connect, createServer, isIPv6, type Server, type Socket } from 'node:net';
import { addresses } from './addresses.ts';

/** One port of one load balancer. */
export interface Listener {
  /** The load balancer's address. */
  readonly address: string;
  /** Where visitors connect. */
  readonly port: number;
  /** The ingress controller's Service. */
  readonly target: { readonly host: string; readonly port: number };
  /** A unix socket for visitors from the host, if they come here. */
  readonly socketPath: string | undefined;
}

export const settingsVariable = 'BACKSOON_LOAD_BALANCER';

/** The line of PROXY protocol version 1. */
function proxyLine(from: { address: string; port: number }, to: Listener): string {
  const family = isIPv6(from.address) ? 'TCP6' : 'TCP4';
  return `PROXY ${family} ${from.address} ${to.address} ${from.port} ${to.port}\r\n`;
}

/** Who has been told all that there was is given so long to read it. */
const partingMs = 1_000;

function join(a: Socket, b: Socket): void {
  a.pipe(b);
  b.pipe(a);
  a.on('error', () => part(b)).on('close', () => part(b));
  b.on('error', () => part(a)).on('close', () => part(a));
}

/**
 * Ends a connection whose other half is gone. Not at once: a reset would take the last words with it, such as the answer to
 * an upload that the server did not read to its end.
 */
function part(socket: Socket): void {
  if (socket.destroyed) return;
  socket.end();
  socket.resume();
  setTimeout(() => socket.destroy(), partingMs).unref();
}

/** Accepts visitors and sends them on to the ingress controller. */
function listen(listener: Listener): Server {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (visitor) => {
    const { remoteAddress = '0.0.0.0', remotePort = 0 } = visitor;
    const upstream = connect({
      ...listener.target,
      // An address that only the load balancer has: the ingress controller trusts no other.
      localAddress: listener.address,
      allowHalfOpen: true,
      noDelay: true,
    });
    upstream.write(proxyLine({ address: remoteAddress, port: remotePort }, listener));
    join(visitor, upstream);
  });
  server.listen(listener.port, listener.address);
  return server;
}

/** A visitor from the host becomes one with an address: it dials the load balancer like everybody else. */
function listenForHost(listener: Listener, socketPath: string): Server {
  rmSync(socketPath, { force: true });
  const server = createServer({ allowHalfOpen: true }, (host) => {
    const visitor = connect({
      host: listener.address,
      port: listener.port,
      localAddress: addresses.hostVisitor,
      allowHalfOpen: true,
      noDelay: true,
    });
    join(host, visitor);
  });
  server.listen(socketPath);
  return server;
}

if (import.meta.main) {
  const listeners = JSON.parse(process.env[settingsVariable] ?? '[]') as Listener[];
  for (const listener of listeners) {
    listen(listener);
    if (listener.socketPath !== undefined) listenForHost(listener, listener.socketPath);
  }
}
