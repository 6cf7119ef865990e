import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';

const pollMs = 5;
const mostPolls = 2_000;

/**
 * Makes `pilot.fail` get the text of each row that the service writes, at once and at COMMIT, and of snapshots that it reads.
 * It counts for sessions that begin afterwards.
 */
export async function installFailurePoints(client: pg.Client): Promise<void> {
  await failWith(client, '', false);
  await client.query(`
    -- A deadlock is found before the service gives up waiting.
    DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = 10', current_database()); END $$;
    CREATE FUNCTION pilot.fail_on_write() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (TG_WHEN = 'AFTER') = pilot.fails_at_commit() THEN PERFORM pilot.fail(NEW::text); END IF;
        RETURN NEW;
      END $$;
    CREATE POLICY fails ON pilot.pilot_metric_snapshots AS RESTRICTIVE FOR SELECT TO pilot_app
      USING (pilot.fails_at_commit() OR pilot.fail(pilot_metric_snapshots::text));
  `);
  for (const table of await writtenTables(client)) {
    await client.query(`
      CREATE TRIGGER fails BEFORE INSERT OR UPDATE ON pilot.${table}
        FOR EACH ROW EXECUTE FUNCTION pilot.fail_on_write();
      CREATE CONSTRAINT TRIGGER fails_at_commit AFTER INSERT OR UPDATE ON pilot.${table} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION pilot.fail_on_write();
    `);
  }
}

/** Decides what happens at the failure points: `body` is PL/pgSQL, and the row's text is called `written`. */
export async function failWith(client: pg.Client, body: string, isAtCommit: boolean): Promise<void> {
  await client.query(`
    CREATE OR REPLACE FUNCTION pilot.fails_at_commit() RETURNS boolean LANGUAGE sql AS 'SELECT ${isAtCommit}';
    CREATE OR REPLACE FUNCTION pilot.fail(written text) RETURNS boolean LANGUAGE plpgsql AS $$
      BEGIN
        ${body}
        RETURN true;
      END $$;
  `);
}

/** The tables of the schema into which the service may write. */
export async function writtenTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    SELECT DISTINCT table_name AS name FROM information_schema.column_privileges
    WHERE table_schema = 'pilot' AND grantee = 'pilot_app' AND privilege_type = 'INSERT'
  `);
  return rows.map(({ name }) => name);
}

/** The backend, of the service or of the superuser, that waits for a lock, as soon as there is one. */
export async function waitingBackend(client: pg.Client, of: 'service' | 'superuser'): Promise<number> {
  for (let poll = 0; poll < mostPolls; poll += 1) {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND (usename = 'pilot_app') = $1`,
      [of === 'service'],
    );
    if (rows[0]) return rows[0].pid;
    await setTimeout(pollMs);
  }
  throw new Error(`No session of the ${of} came to wait for a lock.`);
}
