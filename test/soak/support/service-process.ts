import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { withClient } from '../../../src/database/owner-connection.ts';
import { addMember, createCycle, createOrganization } from '../../../src/database/provisioning.ts';
import { makeToken } from '../../../src/token.ts';
import { freePort } from '../../support/free-port.ts';
import { cycle, jwtSecret, pepper, service } from '../../support/service.ts';
import type { DatabaseUrls } from '../../support/template-database.ts';

/** The real service as a process of its own, as it runs in production. */
export interface SpawnedService {
  url: string;
  child: ChildProcess;
  /** Resolves with the exit code, or the name of the signal that ended it. */
  exited: Promise<number | string>;
  /** Bytes of memory that it holds at this moment. */
  residentBytes(): Promise<number>;
}

export interface ServiceProcess extends SpawnedService {
  /** What it wrote to its log so far, line by line. */
  lines: readonly string[];
  /** Resolves when it has logged this event. */
  logged(event: string): Promise<void>;
}

const server = new URL('../../../src/server.ts', import.meta.url).pathname;
/** As in `npm start` and in the Dockerfile. */
const productionOptions = ['--max-semi-space-size=8'];

export interface SpawnOptions {
  settings?: Readonly<Record<string, string>>;
  /** An open file for everything it writes; without one its log comes here through a pipe. */
  output?: number;
  nodeOptions?: readonly string[];
}

/** Spawns `src/server.ts` on this database, and does not wait for it. Limits are off unless `settings` sets them. */
export async function spawnService(
  databaseUrl: string,
  { settings = {}, output, nodeOptions = [] }: SpawnOptions = {},
): Promise<SpawnedService> {
  const env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: databaseUrl,
    JWT_SECRET: jwtSecret,
    ENTITY_KEY_PEPPER: pepper,
    PORT: String(await freePort()),
    RATE_LIMIT_EVENTS: '0',
    RATE_LIMIT_BATCH_EVENTS: '0',
    RATE_LIMIT_RECOMPUTE: '0',
    RATE_LIMIT_SCORECARD: '0',
    RATE_LIMIT_DECISIONS: '0',
    RATE_LIMIT_READS: '0',
    ...settings,
  };
  const child = spawn(process.execPath, [...productionOptions, ...nodeOptions, server], {
    env,
    stdio: ['ignore', output ?? 'pipe', output ?? 'inherit'],
  });
  return {
    url: `http://127.0.0.1:${env.PORT}`,
    child,
    exited: once(child, 'exit').then(([code, signal]): number | string => code ?? signal),
    async residentBytes() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
    },
  };
}

/** Starts `src/server.ts` on this database and waits until it listens. Limits are off unless `settings` sets them. */
export async function startServiceProcess(
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  const service = await spawnService(databaseUrl, { settings });
  const { child, exited } = service;
  if (!child.stdout) throw new Error('The log of the service is not read.');
  const lines: string[] = [];
  const log = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const logged = async (event: string) => {
    while (!lines.some((line) => line.includes(`"event":"${event}"`))) await once(log, 'line');
  };
  await Promise.race([
    logged('service_started'),
    exited.then((code) => {
      throw new Error(`The service did not start: it ended with ${code}.`);
    }),
  ]);
  return { ...service, lines, logged };
}

/** An organisation with an owner who has a token, the test cycle, and one service. */
export async function provision({
  owner,
}: DatabaseUrls): Promise<{ orgId: string; token: string; userId: string }> {
  const userId = randomUUID();
  const orgId = await withClient(owner, async (client) => {
    const id = await createOrganization(client, 'Organisation', 'America/Toronto');
    await addMember(client, id, userId, 'owner');
    await createCycle(client, cycle);
    await client.query(
      "INSERT INTO pilot.services (id, name, fields_present, has_place) VALUES ($1, $2, '{phone}', true) ON CONFLICT DO NOTHING",
      [service, service],
    );
    return id;
  });
  return { orgId, userId, token: await makeToken(jwtSecret, userId, 24 * 3600) };
}
