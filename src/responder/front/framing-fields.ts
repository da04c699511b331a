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
