import type { OldWorld } from '../support/old-rows.ts';
import { stateChanges, storedState } from '../support/stored-state.ts';
import { pilot, settingsOf } from './pilot.ts';

/** What both halves of the retention commands are tested with: planning, and deleting by a plan. */

/** The tables that are emptied after a cycle. */
export const afterCycle = [
  'pilot_connection_events',
  'pilot_contact_attempt_events',
  'pilot_data_decay_audits',
  'pilot_preference_fit_events',
  'pilot_referral_event_history',
  'pilot_referral_events',
  'pilot_service_scope',
  'pilot_service_scope_history',
  'service_operational_status_events',
];
export const decisions = 'pilot_integration_feasibility_decisions';

/** A plan, as the command tells it. */
export async function plan({ urls }: OldWorld, asOf?: string) {
  const moment = asOf === undefined ? [] : ['--as-of', asOf];
  const { code, json, stderr } = await pilot(settingsOf(urls), 'retention', 'plan', ...moment, '--json');
  if (code !== 0) throw new Error(stderr);
  return json;
}

/** Deletes by a plan's digest. */
export const apply = ({ urls }: OldWorld, digest: string, ...more: string[]) =>
  pilot(settingsOf(urls), 'retention', 'apply', '--digest', digest, ...more);

/** The tables of which a plan deletes rows. */
export const tablesOf = (planned: { counts: object }) => Object.keys(planned.counts).sort();

/** Everything that is stored changes in this way while `work` is done. */
export async function changes({ superuser }: OldWorld, work: () => Promise<unknown>): Promise<string[]> {
  const before = await storedState(superuser);
  await work();
  return stateChanges(before, await storedState(superuser));
}

/** One row of everything that goes some day, all due since 2022 at the latest. */
export async function everythingDue(world: OldWorld): Promise<void> {
  const { rows } = world;
  await rows.ofCycle('old', '2020-01-10T10:00:00.000Z');
  await rows.snapshots('old', '2016-01-01T00:00:00.000Z');
  await rows.decision('2018-01-01T00:00:00.000Z');
  await rows.decision('2018-02-01T00:00:00.000Z');
  await rows.approval('D1', 1, 'open', '2018-01-01T00:00:00.000Z');
  await rows.approval('D1', 2, 'open', '2018-02-01T00:00:00.000Z');
}
