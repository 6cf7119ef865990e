import type { Test } from 'tap';
import { startCluster } from './cluster.ts';

/**
 * Runs `work` with a PostgreSQL of its own, of which nothing has to survive a crash, and from whose template test services
 * are cloned. What `work` starts with what it is given is taken down afterwards, whatever happened.
 */
export async function withTestServices<Result>(
  work: (t: Pick<Test, 'teardown'>) => Promise<Result>,
): Promise<Result> {
  const cluster = await startCluster({ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' });
  const leaving: (() => unknown)[] = [];
  process.env.TEST_TEMPLATE = JSON.stringify(cluster.urls);
  try {
    return await work({ teardown: (leave) => leaving.push(leave) });
  } finally {
    for (const leave of leaving.reverse()) await leave();
    delete process.env.TEST_TEMPLATE;
    await cluster.remove();
  }
}
