import pg from 'pg';

/**
 * One of each, in one transaction: whoever sees some of it has to see all. The statement is the service's role's own, and
 * the referral has the history that the service would give it.
 */
const jointEvents = `
  WITH given (org, cycle, service, at) AS (VALUES ($1::uuid, $2::text, $3::text, $4::timestamptz)),
  scope AS (
    INSERT INTO pilot.pilot_service_scope (org_id, id, pilot_cycle_id, service_id, sla_tier)
    SELECT org, gen_random_uuid(), cycle, service, 'crisis' FROM given
  ),
  status AS (
    INSERT INTO pilot.service_operational_status_events
      (org_id, id, pilot_cycle_id, service_id, status_code, checked_at)
    SELECT org, gen_random_uuid(), cycle, service, 'closed', at FROM given
  ),
  attempt AS (
    INSERT INTO pilot.pilot_contact_attempt_events
      (recorded_by_org_id, id, pilot_cycle_id, service_id, entity_key_hash, attempt_channel, attempt_outcome, attempted_at)
    SELECT org, gen_random_uuid(), cycle, service, sha256(convert_to(service, 'UTF8')), 'phone', 'no_response', at
    FROM given
    RETURNING id
  ),
  connection AS (
    INSERT INTO pilot.pilot_connection_events
      (org_id, id, pilot_cycle_id, service_id, contact_attempt_event_id, connected_at)
    SELECT org, gen_random_uuid(), cycle, service, id, at FROM given, attempt
  ),
  audit AS (
    INSERT INTO pilot.pilot_data_decay_audits
      (org_id, id, pilot_cycle_id, service_id, is_fatal, fatal_error_category, verification_mode, audited_at)
    SELECT org, gen_random_uuid(), cycle, service, true, 'wrong_or_disconnected_phone', 'web_only', at FROM given
  ),
  preference AS (
    INSERT INTO pilot.pilot_preference_fit_events
      (org_id, id, pilot_cycle_id, cohort_label, preferred_via_careconnect, preference_recorded_at)
    SELECT org, gen_random_uuid(), cycle, service, true, at FROM given
  ),
  referral AS (
    INSERT INTO pilot.pilot_referral_events
      (source_org_id, id, pilot_cycle_id, target_service_id, referral_state, created_at, updated_at, terminal_at)
    SELECT org, gen_random_uuid(), cycle, service, 'connected', at, at, at FROM given
    RETURNING source_org_id, id, referral_state, updated_at, terminal_at
  )
  INSERT INTO pilot.pilot_referral_event_history (source_org_id, referral_id, referral_state, updated_at, terminal_at)
  SELECT * FROM referral
  RETURNING referral_id`;

/** Writes rows of all kinds as the service does, under a member's eyes, but all of them in one transaction. */
export async function openJointWriter(appUrl: string, userId: string) {
  const client = new pg.Client(appUrl);
  await client.connect();
  return {
    /** @returns the id of the referral */
    async write(orgId: string, cycle: string, service: string, at: Date): Promise<string> {
      await client.query('BEGIN');
      const settings =
        "SELECT set_config('pilot.user_id', $1, true), set_config('pilot.service_version', 'test', true)";
      await client.query(settings, [userId]);
      const { rows } = await client.query(jointEvents, [orgId, cycle, service, at]);
      await client.query('COMMIT');
      return rows[0].referral_id;
    },
    close: () => client.end(),
  };
}
