import { writeFileSync } from 'node:fs';
import { buildApp } from './app.ts';
import { systemClock } from './clock.ts';
import { openDatabase } from './database/database.ts';
import { createLogger } from './plugins/logging.ts';

/** The OpenAPI description as text, generated from the routes' schemas; needs no database. */
export async function openApiText(): Promise<string> {
  const database = openDatabase({
    connectionString: 'postgresql://127.0.0.1:1/none',
    poolMax: 1,
    preparedStatements: false,
    onConnectionError: () => undefined,
  });
  const app = await buildApp({
    config: {
      databaseUrl: '',
      poolMax: 1,
      statementTimeoutMs: 1_000,
      preparedStatements: false,
      tokenKey: { kind: 'secret', secret: 'only to describe the API, never to sign a token' },
      issuer: undefined,
      audience: undefined,
      entityKeyPepper: '',
      rateLimits: { events: 0, recompute: 0, scorecard: 0, decisions: 0, reads: 0 },
      batchEventsPerMinute: 0,
      redisUrl: undefined,
      trustProxy: undefined,
      apiDocs: true,
      signIn: undefined,
    },
    database,
    openPool: () => database,
    probe: database,
    clock: systemClock,
    logger: createLogger('silent'),
  });
  await app.ready();
  const text = `${JSON.stringify(app.swagger(), null, 2)}\n`;
  await app.close();
  return text;
}

if (import.meta.main) {
  writeFileSync(new URL('../openapi/openapi.json', import.meta.url), await openApiText());
}
