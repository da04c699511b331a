import { KubeError } from './errors.ts';
import type { Transport, TransportRequest } from './transport.ts';

/**
 * A transport that lets writes through only while this process leads: what a reconcile decided as leader must not be
 * written after the lead has gone. It is checked at once, and again in the moment of sending, for a process that is
 * frozen while it waits for a connection, or for a new token, knows nothing of the time that passed.
 * Refused requests reject with a KubeError `NotLeading`. Closing is left to who made the inner transport.
 */
export const fencedTransport = (transport: Transport, isLeading: () => boolean): Transport => ({
  request: async (request) => {
    if (request.method === 'GET') return transport.request(request);
    const beforeSending = (): void => {
      if (!isLeading()) throw notLeading(request);
    };
    beforeSending();
    return transport.request({ ...request, beforeSending });
  },
  close: async () => undefined,
});

const notLeading = ({ method, path }: TransportRequest): KubeError =>
  new KubeError({
    code: 'NotLeading',
    attempt: { verb: method, resource: path, name: '' },
    message: 'refused before sending: this process is not the leader',
  });
