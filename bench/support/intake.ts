import { withClient } from '../../src/database/owner-connection.ts';
import type { Cluster } from '../../test/soak/support/cluster.ts';
import { contactAttemptBody } from '../../test/support/events.ts';
import { people, personHash } from './people.ts';
import { type Setting, type SettingOptions, withService } from './setting.ts';
import { type WrkLoad, type WrkResult, wrk } from './wrk.ts';

/** A service that takes in contact attempts. */
export interface Intake extends Setting {
  /** Sends contact attempts, one per request, with ids of the server's making. */
  send(load: WrkLoad): Promise<WrkResult>;
  /** Adds events to what has to be stored in the end that were acknowledged to somebody else. */
  acknowledge(count: number): void;
}

/**
 * Starts the service, runs `work` with it, stops it, and compares what was acknowledged with what is stored.
 * @throws Error when they differ
 */
export async function withIntake<Result>(
  cluster: Cluster,
  work: (intake: Intake) => Promise<Result>,
  options: SettingOptions = {},
): Promise<Result> {
  const sent = { acknowledged: 0, unacknowledged: 0 };
  const { orgId, result } = await withService(
    cluster,
    async (setting) => {
      const { orgId, token } = setting.member;
      const request = { url: setting.api('/events/contact-attempt'), token, bodies: bodiesOf(orgId) };
      const send = async (load: WrkLoad) => {
        const result = await wrk(request, load);
        sent.acknowledged += result.acknowledged;
        sent.unacknowledged += result.unacknowledged;
        return result;
      };
      const acknowledge = (count: number) => {
        sent.acknowledged += count;
      };
      return { orgId, result: await work({ ...setting, send, acknowledge }) };
    },
    options,
  );
  assertAllStored(await storedAttempts(cluster, orgId), sent);
  return result;
}

/** How many contact attempts of an organisation are stored. */
function storedAttempts({ urls }: Cluster, orgId: string): Promise<number> {
  return withClient(urls.superuser, async (client) => {
    const sql =
      'SELECT count(*)::integer AS count FROM pilot.pilot_contact_attempt_events WHERE recorded_by_org_id = $1';
    const { rows } = await client.query<{ count: number }>(sql, [orgId]);
    return rows[0]?.count ?? 0;
  });
}

/** Everything acknowledged is stored; what is stored beyond that was refused or under way when its client left. */
function assertAllStored(
  stored: number,
  { acknowledged, unacknowledged }: { acknowledged: number; unacknowledged: number },
): void {
  if (stored >= acknowledged && stored <= acknowledged + unacknowledged) return;
  throw new Error(
    `${stored} rows are stored, ${acknowledged} were acknowledged, at most ${unacknowledged} more sent.`,
  );
}

function bodiesOf(orgId: string): object[] {
  return Array.from({ length: people }, (_, person) =>
    contactAttemptBody(orgId, { entity_key_hash: personHash(person) }),
  );
}
