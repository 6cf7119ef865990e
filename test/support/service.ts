import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import type { Test } from 'tap';
import { buildApp } from '../../src/app.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { ServiceConfig } from '../../src/config.ts';
import { type Database, openDatabase } from '../../src/database/database.ts';
import { withClient } from '../../src/database/owner-connection.ts';
import { addAdmin, addMember, createCycle, createOrganization } from '../../src/database/provisioning.ts';
import { createLogger } from '../../src/plugins/logging.ts';
import type { Tracing } from '../../src/plugins/tracing.ts';
import { makeToken } from '../../src/token.ts';
import { cloneDatabase, type DatabaseUrls } from './template-database.ts';

export const jwtSecret = 'a secret of at least thirty-two bytes, only for tests';
export const pepper = 'a pepper of at least thirty-two bytes, only for tests';
export const cycle = 'cycle-a';
export const otherCycle = 'cycle-b';
export const service = 'service-one';
export const otherService = 'service-two';

export interface Answer {
  status: number;
  headers: Headers;
  /** The body as sent. */
  text: string;
  /** The body as JSON, or undefined. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  body: any;
}

export interface SendOptions {
  /** A JSON value, or a string or bytes to be sent as they are. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** Somebody with a token. */
export interface Caller {
  userId: string;
  token: string;
  get(path: string, options?: SendOptions): Promise<Answer>;
  post(path: string, body: unknown, options?: SendOptions): Promise<Answer>;
  put(path: string, body: unknown, options?: SendOptions): Promise<Answer>;
  patch(path: string, body: unknown, options?: SendOptions): Promise<Answer>;
}

export interface TestService {
  app: FastifyInstance;
  url: string;
  urls: DatabaseUrls;
  /** Every log line so far, as text, at level trace. */
  log(): string;
  orgA: string;
  orgB: string;
  /** Members of organisation A by role, an owner of B, an app admin, and a valid account without any membership. */
  owner: Caller;
  admin: Caller;
  editor: Caller;
  viewer: Caller;
  ownerB: Caller;
  appAdmin: Caller;
  stranger: Caller;
  /** Sends a request under `/api/v1/pilot`, or to an absolute path when it starts with `//`. */
  send(method: string, path: string, options?: SendOptions & { token?: string }): Promise<Answer>;
  asOwner<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result>;
  asSuperuser<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result>;
}

export interface TestServiceOptions {
  config?: Partial<ServiceConfig>;
  clock?: Clock;
  tracing?: Tracing;
}

/** Starts the service over real HTTP on a clone of the template, with two organisations, two cycles and two services. */
export async function startTestService(
  t: Pick<Test, 'teardown'>,
  options: TestServiceOptions = {},
): Promise<TestService> {
  const { urls, drop } = await cloneDatabase();
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const config: ServiceConfig = {
    databaseUrl: urls.app,
    poolMax: 5,
    statementTimeoutMs: 3_000,
    preparedStatements: true,
    tokenKey: { kind: 'secret', secret: jwtSecret },
    issuer: undefined,
    audience: undefined,
    entityKeyPepper: pepper,
    rateLimits: { events: 0, recompute: 0, scorecard: 0, decisions: 0, reads: 0 },
    batchEventsPerMinute: 0,
    redisUrl: undefined,
    trustProxy: undefined,
    apiDocs: true,
    signIn: undefined,
    ...options.config,
  };
  const pools: Database[] = [];
  const openPool = (poolMax: number) => {
    const pool = openDatabase({
      connectionString: config.databaseUrl,
      poolMax,
      preparedStatements: config.preparedStatements,
      onConnectionError: () => undefined,
    });
    pools.push(pool);
    return pool;
  };
  const database = openPool(config.poolMax);
  const probe = openPool(1);
  const logger = createLogger('trace', sink);
  const clock = options.clock ?? systemClock;
  const { tracing } = options;
  const app = await buildApp({ config, database, openPool, probe, clock, logger, tracing });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  t.teardown(async () => {
    await app.close();
    await Promise.allSettled(pools.map((pool) => pool.close()));
    await drop();
  });

  const send: TestService['send'] = async (method, path, { token, body, headers = {} } = {}) => {
    const asIs =
      typeof body === 'string' ? body : body instanceof Uint8Array ? new Uint8Array(body) : undefined;
    const response = await fetch(path.startsWith('//') ? url + path.slice(1) : `${url}/api/v1/pilot${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: asIs ?? JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };
  const caller = async (): Promise<Caller> => {
    const userId = randomUUID();
    const token = await makeToken(jwtSecret, userId, 3600);
    return {
      userId,
      token,
      get: (path, more) => send('GET', path, { token, ...more }),
      post: (path, body, more) => send('POST', path, { token, body, ...more }),
      put: (path, body, more) => send('PUT', path, { token, body, ...more }),
      patch: (path, body, more) => send('PATCH', path, { token, body, ...more }),
    };
  };
  const callers = {
    owner: await caller(),
    admin: await caller(),
    editor: await caller(),
    viewer: await caller(),
    ownerB: await caller(),
    appAdmin: await caller(),
    stranger: await caller(),
  };
  const orgs = await withClient(urls.owner, async (client) => {
    const orgA = await createOrganization(client, 'Organisation A', 'America/Toronto');
    const orgB = await createOrganization(client, 'Organisation B', 'America/Toronto');
    for (const role of ['owner', 'admin', 'editor', 'viewer'] as const) {
      await addMember(client, orgA, callers[role].userId, role);
    }
    await addMember(client, orgB, callers.ownerB.userId, 'owner');
    await addAdmin(client, callers.appAdmin.userId);
    await createCycle(client, cycle);
    await createCycle(client, otherCycle);
    for (const id of [service, otherService]) {
      await client.query(
        "INSERT INTO pilot.services (id, name, fields_present, has_place) VALUES ($1, $2, '{phone}', true)",
        [id, id],
      );
    }
    return { orgA, orgB };
  });

  return {
    app,
    url,
    urls,
    log: () => lines.join(''),
    ...orgs,
    ...callers,
    send,
    asOwner: (work) => withClient(urls.owner, work),
    asSuperuser: (work) => withClient(urls.superuser, work),
  };
}
