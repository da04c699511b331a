import { headers as names, proxySigns } from '../../api/headers.ts';

/** The request headers that answers depend on, and so the only ones that a request of the front has. */
export const readFields = [
  'accept',
  'accept-language',
  'access-control-request-method',
  'content-type',
  'cookie',
  'origin',
  'user-agent',
  'x-real-ip',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-method',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-uri',
  ...proxySigns,
  names.token,
  names.exchange,
  names.probe,
] as const;

/**
 * Fields that say where a message ends or what becomes of its connection: llhttp and node:http act on these and on no
 * others, so a head with one of them is theirs. `Connection: keep-alive` alone is as good as nothing.
 */
export const framingFields = [
  'content-length',
  'expect',
  'proxy-connection',
  'trailer',
  'transfer-encoding',
  'upgrade',
] as const;
