/** How much of one caller the HTTP layer bears; the defaults would be unsafe (spec 9). */
export const httpLimits = {
  bodyBytes: 64 * 1024,
  bodyPieces: 2_000,
  batchBytes: 2 * 1024 * 1024,
  /** What arrives in the packets of a slow line, or in chunks of half a KiB, is no more than that. */
  batchPieces: 8_000,
  headerBytes: 8 * 1024,
  headers: 100,
  parameterLength: 64,
  headersMs: 5_000,
  requestMs: 10_000,
  idleMs: 30_000,
  /** Nothing goes either way: longer than the longest answer, which is that of a recompute, takes to come. */
  stalledMs: 90_000,
  connections: 2_000,
  requestsPerConnection: 10_000,
} as const;
