import type { TestService } from '../../support/service.ts';
import { type DatabaseFailure, gate, held } from './database-failures.ts';
import { failWith, writtenTables } from './failure-points.ts';

/** Sends a request, which meets the failure unless `isMet` is false, and does meanwhile what the failure needs. */
type Attempt = <Result>(request: () => Promise<Result>, isMet?: boolean) => Promise<Result>;

/** Does `work` on a database with failure points that fails in this way, and heals it. */
export async function whileFailing(
  { asSuperuser }: TestService,
  { body = '', isAtCommit = false, alter, meanwhile }: DatabaseFailure,
  work: (attempt: Attempt) => Promise<void>,
): Promise<void> {
  await asSuperuser((first) =>
    asSuperuser(async (second) => {
      // So that of two sessions that wait for each other, PostgreSQL ends the service's.
      await first.query("SET deadlock_timeout = '1h'");
      await first.query('SELECT pg_advisory_lock($1)', [held]);
      const changes = alter ? (await writtenTables(first)).map(alter) : [];
      await failWith(first, body, isAtCommit);
      for (const { make } of changes) await first.query(make);
      await work(async (request, isMet = true) => {
        await second.query('SELECT pg_advisory_lock($1)', [gate]);
        const answering = request();
        if (isMet) await meanwhile?.({ first, second });
        const answer = await answering;
        await second.query('SELECT pg_advisory_unlock($1)', [gate]);
        return answer;
      });
      for (const { undo } of changes) await first.query(undo);
      await failWith(first, '', false);
    }),
  );
}
