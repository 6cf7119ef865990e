import { provision } from '../../test/soak/support/service-process.ts';
import { at } from '../../test/support/events.ts';
import { cycle, service } from '../../test/support/service.ts';
import type { DatabaseUrls } from '../../test/support/template-database.ts';
import { people } from './people.ts';
import { type PgbenchLoad, pgbench } from './pgbench.ts';

/** The caller's session variables, without which row-level security lets nothing through. */
export const openTransaction =
  "SELECT set_config('pilot.user_id', :user_id, true), set_config('pilot.service_version', 'bench', true)";

const insertAttempt = `
INSERT INTO pilot.pilot_contact_attempt_events (
  recorded_by_org_id, id, pilot_cycle_id, service_id, entity_key_hash, attempt_channel, attempt_outcome, attempted_at
)
VALUES (:org_id, uuidv7(), '${cycle}', '${service}', sha256(int4send(:person)), 'phone', 'no_response', '${at}')`;

/**
 * The transaction of one contact attempt as PostgreSQL does it when nothing stands before it, in an organisation of its own.
 * @returns what runs it again and again
 */
export async function ingestFloor(urls: DatabaseUrls): Promise<(load: PgbenchLoad) => Promise<number>> {
  const { orgId, userId } = await provision(urls);
  const transaction = {
    before: `\\set person random(1, ${people})`,
    statements: ['BEGIN', openTransaction, insertAttempt, 'COMMIT'],
    variables: { org_id: orgId, user_id: userId },
  };
  return (load) => pgbench(urls.app, transaction, load);
}
