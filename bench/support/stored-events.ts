import { readFileSync } from 'node:fs';
import { withClient } from '../../src/database/owner-connection.ts';

const statements = readFileSync(new URL('stored-events.sql', import.meta.url), 'utf8');

/** Stores this many events of an organisation, of all six kinds, with its scope, as if it had sent them over four weeks. */
export async function loadEvents(superuserUrl: string, orgId: string, count: number): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    await client.query(
      "SELECT set_config('bench.org_id', $1, false), set_config('bench.events', $2, false)",
      [orgId, String(count)],
    );
    await client.query(statements);
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  });
}

/** The tables that hold events. */
const eventTables = [
  'pilot_contact_attempt_events',
  'pilot_connection_events',
  'pilot_referral_events',
  'service_operational_status_events',
  'pilot_data_decay_audits',
  'pilot_preference_fit_events',
];

/** Counts all events in one sequential pass, as one process. @returns milliseconds, and the number of events */
export async function barePass(superuserUrl: string): Promise<{ milliseconds: number; events: number }> {
  return withClient(superuserUrl, async (client) => {
    await client.query(`
      SET max_parallel_workers_per_gather = 0;
      SET enable_indexscan = off;
      SET enable_indexonlyscan = off;
      SET enable_bitmapscan = off`);
    const counts = eventTables.map((table) => `(SELECT count(*) FROM pilot.${table})`);
    const started = performance.now();
    const { rows } = await client.query<{ events: number }>(
      `SELECT (${counts.join(' + ')})::integer AS events`,
    );
    return { milliseconds: performance.now() - started, events: rows[0]?.events ?? 0 };
  });
}
