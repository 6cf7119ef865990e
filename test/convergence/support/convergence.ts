import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addMember, createOrganization } from '../../../src/database/provisioning.ts';
import type { Line } from '../../plugins/support/cuttable-proxy.ts';
import { eventKinds } from '../../support/events.ts';
import { cycle, type TestService } from '../../support/service.ts';
import { anySchedule, asItHappened, deliver } from './deliveries.ts';
import { partOfTheStory, requestsOf, story } from './event-stories.ts';

interface World {
  /** Its clock stands still, so that figures of different moments can be equal. */
  service: TestService;
  line: Line;
}

const contents = [
  ...eventKinds.map(({ table, orgField }) => ({ table, orgField, madeHere: ['recorded_at'] })),
  { table: 'pilot_service_scope', orgField: 'org_id', madeHere: ['recorded_at', 'id'] },
].map(({ table, orgField, madeHere }) => {
  // The hash of one person differs between organisations; M5 says whether persons are told apart.
  const left = [orgField, ...madeHere, 'entity_key_hash'];
  return `
    SELECT '${table} ' || (to_jsonb(stored) - '{${left}}'::text[])::text AS row
    FROM pilot.${table} AS stored WHERE ${orgField} = $1`;
});

/** What an organisation has come to: its figures in two windows, and what is stored of it. */
async function outcome({ service: { owner, asSuperuser } }: World, orgId: string): Promise<unknown> {
  const figures: unknown[] = [];
  for (const window of [{}, partOfTheStory]) {
    const answer = await owner.post('/metrics/recompute', {
      pilot_cycle_id: cycle,
      org_id: orgId,
      ...window,
    });
    assert.equal(answer.status, 200, answer.text);
    figures.push({ ...answer.body, scorecard: { ...answer.body.scorecard, org_id: null } });
  }
  const { rows } = await asSuperuser((client) =>
    client.query(`${contents.join(' UNION ALL ')} ORDER BY row`, [orgId]),
  );
  return { figures, rows };
}

/** Organisations of which nothing is recorded. */
function newOrganizations({ service: { owner, asOwner } }: World, count: number): Promise<string[]> {
  return asOwner(async (client) => {
    const ids: string[] = [];
    for (let made = 0; made < count; made += 1) {
      const id = await createOrganization(client, 'An organisation', 'America/Toronto');
      await addMember(client, id, owner.userId, 'owner');
      ids.push(id);
    }
    return ids;
  });
}

/** Whatever the schedule, a story ends as if it had been told in the order in which it happened. */
export function convergence(world: World, schedulesPerStory: number) {
  const told = story.chain((events) => {
    const schedule = anySchedule(requestsOf(events, '').length);
    const schedules = fc.array(schedule, { minLength: schedulesPerStory, maxLength: schedulesPerStory });
    return fc.record({ events: fc.constant(events), schedules });
  });
  return fc.asyncProperty(told, async ({ events, schedules }) => {
    const inOrder = asItHappened(requestsOf(events, '').length);
    const orgIds = await newOrganizations(world, schedules.length + 1);
    const all = [inOrder, ...schedules];
    await Promise.all(
      orgIds.map((orgId, index) => {
        const schedule = all[index] ?? inOrder;
        if (schedule.lost) world.line.loseCommit(schedule.lost);
        return deliver(world.service.owner, requestsOf(events, orgId), schedule);
      }),
    );
    await world.line.restore();
    const outcomes = await Promise.all(orgIds.map((orgId) => outcome(world, orgId)));
    for (const [index, each] of outcomes.entries()) {
      assert.deepEqual(each, outcomes[0], `schedule ${index}`);
    }
  });
}
