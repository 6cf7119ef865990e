/** How much of one caller the HTTP layer bears; the defaults would be unsafe (spec 9). */
export const httpLimits = {
  bodyBytes: 64 * 1024,
  bodyPieces: 2_000,
  headerBytes: 8 * 1024,
  headers: 100,
  parameterLength: 64,
  headersMs: 5_000,
  requestMs: 10_000,
  idleMs: 30_000,
  connections: 2_000,
  requestsPerConnection: 10_000,
} as const;
