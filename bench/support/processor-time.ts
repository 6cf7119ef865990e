import { readFile } from 'node:fs/promises';
import { withClient } from '../../src/database/owner-connection.ts';
import type { Setting } from './setting.ts';

/** Milliseconds that processors have worked so far for the service and for PostgreSQL. */
export interface ProcessorTime {
  service: number;
  postgres: number;
}

/** Linux counts processor time in hundredths of a second. */
const tickMs = 10;

/** The service's connections and the server's lasting processes. */
const serverProcesses = `
SELECT pid FROM pg_stat_activity
WHERE application_name = 'pilot-evidence'
   OR backend_type NOT IN ('client backend', 'autovacuum worker', 'parallel worker')`;

export async function processorTime({ service, cluster }: Setting): Promise<ProcessorTime> {
  const postgres = await withClient(cluster.urls.superuser, async (client) => {
    const { rows } = await client.query<{ pid: number }>(serverProcesses);
    return Promise.all(rows.map(({ pid }) => processorTimeOf(pid)));
  });
  return {
    service: await processorTimeOf(service.child.pid ?? 0),
    postgres: postgres.reduce((sum, time) => sum + time, 0),
  };
}

async function processorTimeOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
