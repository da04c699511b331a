/**
 * A worker thread: visitors who look at many hosts, one after the other and over again, as fast as they are answered.
 * Bare sockets, HEAD, and a path that the shop answers without a page or a log, for a look has to cost little: what they
 * can tell apart is as fine as they are quick.
 */
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { headers } from '../../../src/api/headers.ts';
import type { LookersTask, Sighting } from '../toolkit/onlookers.ts';

const { hosts, closely, address, port, from } = workerData as LookersTask;

/** Monotonic, with the wall clock's zero: a step of that in between must not look like a flip. */
const offset = Date.now() - performance.now();
const now = (): number => offset + performance.now();

const requests = hosts.map((host) =>
  Buffer.from(
    `HEAD /healthz HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: onlooker\r\nAccept: text/plain\r\n\r\n`,
  ),
);
const sightings: Sighting[] = [];
let looks = 0;
let isOver = false;

/** Every other look is at one of those that are watched closely, the others are at all in turn. */
function nextHost(): number {
  looks += 1;
  return looks % 2 === 0 ? (looks / 2) % closely : ((looks - 1) / 2) % hosts.length;
}

/** Only Backsoon's own 503 is a closed site's; any 5xx else is an accident and shows neither. */
function stateIn(head: string): Sighting['state'] {
  const status = Number(head.slice(9, 12));
  if (status === 503 && head.toLowerCase().includes(`\r\n${headers.window}:`)) return 'closed';
  return status < 500 ? 'open' : `unclear: ${head.split('\r\n')[0]}`;
}

/** One visitor: a look, its answer, the next look. */
function come(localAddress: string): void {
  const socket = connect({ host: address, port, localAddress, noDelay: true });
  let head = '';
  let host = 0;
  let sentAt = 0;
  const look = (): void => {
    if (isOver) return void socket.destroy();
    host = nextHost();
    head = '';
    sentAt = now();
    socket.write(requests[host] ?? '');
  };
  socket.setEncoding('latin1').on('connect', look);
  socket.on('data', (text: string) => {
    head += text;
    if (!head.endsWith('\r\n\r\n')) return;
    sightings.push({ host, state: stateIn(head), sentAt, answeredAt: now() });
    if (sightings.length === awaited) whenSeen();
    look();
  });
  socket.on('close', () => {
    if (!isOver) come(localAddress);
  });
  socket.on('error', (error) => {
    sightings.push({ host, state: `unclear: ${error.message}`, sentAt, answeredAt: now() });
  });
}

/** So many looks, and every host has been looked at. */
const wholeRound = 2 * hosts.length;
/** How many answers to wait for, and what to do then. */
let awaited = wholeRound;
let whenSeen = (): void => tell('all seen');

// This is a thread's port: it has no origin to name, as a window of a browser has.
const tell = (message: unknown): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(message);
};

parentPort?.once('message', () => {
  awaited = sightings.length + wholeRound + from.length;
  whenSeen = () => {
    isOver = true;
    tell(sightings);
  };
});
from.forEach(come);
