import { KubeError } from './errors.ts';
import type { Transport } from './transport.ts';

/**
 * A transport that lets writes through only while this process leads, checked at the moment of sending: what a
 * reconcile decided as leader must not be written after the lead has gone.
 * Refused requests reject with a KubeError `NotLeading`. Closing is left to who made the inner transport.
 */
export const fencedTransport = (transport: Transport, isLeading: () => boolean): Transport => ({
  request: async (request) => {
    if (request.method !== 'GET' && !isLeading()) {
      throw new KubeError({
        code: 'NotLeading',
        attempt: { verb: request.method, resource: request.path, name: '' },
        message: 'refused before sending: this process is not the leader',
      });
    }
    return transport.request(request);
  },
  close: async () => undefined,
});
