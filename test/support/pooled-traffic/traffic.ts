import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { withClient } from '../../../src/database/owner-connection.ts';
import { serviceVersion } from '../../../src/version.ts';
import { provision } from '../../soak/support/service-process.ts';
import type { DatabaseUrls } from '../template-database.ts';
import { learnToLook } from './look.ts';
import { beMember, layTraps, type Member, storeFirstEvent, type World } from './members.ts';
import { beNeighbour } from './neighbours.ts';
import { Tally } from './tally.ts';

export interface PooledTraffic {
  /** A service that reaches its database through a transaction-pooling PgBouncer. */
  serviceUrl: string;
  /** The same database for `pilot_app` through the same PgBouncer. */
  pooledUrl: string;
  /** The same database directly. */
  urls: DatabaseUrls;
  transactions: number;
}

const organizations = 3;
const members = 8;
const neighbours = 3;
const quietWithinMs = 5_000;

/**
 * Interleaves transactions of different callers and organisations, by way of the service and beside it, on the server
 * connection of one PgBouncer, with refusals, failures, time-outs, killed connections and clients that leave, until
 * `transactions` have ended. Resolves with how they ended, and with everything that should not have been.
 */
export async function sendPooledTraffic(traffic: PooledTraffic): Promise<Tally> {
  const { serviceUrl, pooledUrl, urls, transactions } = traffic;
  const world: World = { serviceUrl, superuserUrl: urls.superuser, sent: new Map(), acknowledged: new Set() };
  const tally = new Tally();
  const goesOn = () => tally.total < transactions && tally.findings.length === 0;

  const circle: Member[] = [];
  for (let place = 0; place < organizations; place += 1) {
    circle.push({ ...(await provision(urls)), eventId: randomUUID(), neighbour: () => at(place + 1) });
  }
  const at = (place: number): Member => {
    const member = circle[place % circle.length];
    if (!member) throw new Error('Nobody takes part.');
    return member;
  };
  for (const member of circle) await storeFirstEvent(member, world);
  await layTraps(urls.superuser);
  const look = await learnToLook(urls.app, await tablesOf(urls.superuser));

  await Promise.all([
    ...Array.from({ length: members }, (_, place) => beMember(at(place), world, tally, goesOn, place)),
    ...Array.from({ length: neighbours }, (_, place) =>
      beNeighbour(pooledUrl, at(place), look, tally, goesOn),
    ),
  ]);
  await withClient(urls.superuser, async (client) => {
    await examineSessions(client, tally);
    await examineRows(client, world, tally);
  });
  return tally;
}

/** The tables whose rows somebody owns. */
async function tablesOf(superuserUrl: string): Promise<string[]> {
  const { rows } = await withClient(superuserUrl, (client) =>
    client.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'pilot'"),
  );
  return rows.map(({ name }) => name);
}

/** When all clients are done, no server connection may be in a transaction. */
async function examineSessions(client: pg.Client, tally: Tally): Promise<void> {
  const busy = `SELECT state FROM pg_stat_activity
    WHERE usename = 'pilot_app' AND datname = current_database() AND state <> 'idle'`;
  for (const started = performance.now(); ; ) {
    const { rows } = await client.query<{ state: string }>(busy);
    if (rows.length === 0) return;
    if (performance.now() - started > quietWithinMs) {
      return tally.found('dirty', `when all was done, a server connection was ${rows[0]?.state}`);
    }
    await setTimeout(20);
  }
}

/** Every row belongs to the organisation that it was sent for, and everything that was acknowledged is there. */
async function examineRows(client: pg.Client, { sent, acknowledged }: World, tally: Tally): Promise<void> {
  const { rows } = await client.query<{ id: string; org: string; service_version: string }>(
    'SELECT id, recorded_by_org_id AS org, service_version FROM pilot.pilot_contact_attempt_events',
  );
  for (const { id, org, service_version } of rows) {
    if (sent.get(id) !== org) tally.found('leak', 'a row was stored that nobody sent for its organisation');
    if (service_version !== serviceVersion) tally.found('leak', "a row carries another writer's version");
  }
  const stored = new Set(rows.map(({ id }) => id));
  const missing = acknowledged.difference(stored).size;
  if (missing > 0) tally.found('leak', `${missing} acknowledged events are not stored`);
}
