-- Stores bench.events events of the organisation bench.org_id, in the order of their times: 70 % contact attempts (about three
-- for each person), 10 % connections, each anchored on an attempt, 10 % referrals, 5 % status checks, 3 % audits and
-- 2 % answers about preference; and a scope of 200 services. Foreign keys hold, and are not checked for each row.
SET session_replication_role = replica;
SELECT set_config('pilot.service_version', 'bench', false);

CREATE TEMPORARY TABLE bench AS
SELECT
  current_setting('bench.org_id')::uuid AS org_id,
  current_setting('bench.events')::integer AS events,
  'cycle-a' AS cycle_id,
  timestamptz '2026-02-02' AS starts,
  interval '28 days' AS lasts;

-- Ids rise with time, as those do that the service makes.
CREATE FUNCTION pg_temp.event_id(kind text, n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT overlay(md5(kind || n) PLACING lpad(to_hex(n), 8, '0') FROM 1)::uuid
$$;

INSERT INTO pilot.services (id, name, fields_present, has_place)
SELECT 'bench-' || n, 'Service', '{phone}', true FROM generate_series(0, 199) AS n
ON CONFLICT DO NOTHING;

INSERT INTO pilot.pilot_service_scope (org_id, id, pilot_cycle_id, service_id, sla_tier)
SELECT org_id, gen_random_uuid(), cycle_id, 'bench-' || n, (ARRAY['crisis', 'high_demand', 'standard'])[1 + n % 3]
FROM bench, generate_series(0, 199) AS n;

INSERT INTO pilot.pilot_contact_attempt_events (
  recorded_by_org_id, id, pilot_cycle_id, service_id, entity_key_hash, attempt_channel, attempt_outcome, attempted_at
)
SELECT
  org_id,
  pg_temp.event_id('attempt', n),
  cycle_id,
  'bench-' || floor(random() * 200),
  sha256(int4send(floor(random() * events * 0.7 / 3)::integer)),
  (ARRAY['phone', 'website', 'email', 'in_person', 'referral'])[1 + floor(random() * 5)::integer],
  (ARRAY[
    'connected', 'connected', 'disconnected_number', 'no_response', 'intake_unavailable', 'invalid_routing', 'other_failure'
  ])[1 + floor(random() * 7)::integer],
  starts + lasts * (n / (events * 0.7))
FROM bench, generate_series(1, (events * 0.7)::integer) AS n;

INSERT INTO pilot.pilot_connection_events (
  org_id, id, pilot_cycle_id, service_id, contact_attempt_event_id, connected_at
)
SELECT
  org_id,
  pg_temp.event_id('connection', n),
  cycle_id,
  'bench-' || floor(random() * 200),
  pg_temp.event_id('attempt', n * 7),
  starts + lasts * (n / (events * 0.1)) + interval '1 day' * random()
FROM bench, generate_series(1, (events * 0.1)::integer) AS n;

INSERT INTO pilot.pilot_referral_events (
  source_org_id, id, pilot_cycle_id, target_service_id, referral_state, created_at, updated_at, terminal_at
)
SELECT
  org_id,
  pg_temp.event_id('referral', n),
  cycle_id,
  'bench-' || floor(random() * 200),
  CASE WHEN n % 5 = 0 THEN 'initiated' ELSE 'connected' END,
  starts + lasts * (n / (events * 0.1)),
  starts + lasts * (n / (events * 0.1)) + interval '1 day',
  CASE WHEN n % 5 > 0 THEN starts + lasts * (n / (events * 0.1)) + interval '1 day' END
FROM bench, generate_series(1, (events * 0.1)::integer) AS n;

INSERT INTO pilot.service_operational_status_events (org_id, id, pilot_cycle_id, service_id, status_code, checked_at)
SELECT
  org_id,
  pg_temp.event_id('status', n),
  cycle_id,
  'bench-' || floor(random() * 200),
  (ARRAY['available', 'temporarily_unavailable', 'closed', 'unknown'])[1 + n % 4],
  starts + lasts * (n / (events * 0.05))
FROM bench, generate_series(1, (events * 0.05)::integer) AS n;

INSERT INTO pilot.pilot_data_decay_audits (
  org_id, id, pilot_cycle_id, service_id, is_fatal, fatal_error_category, verification_mode, audited_at
)
SELECT
  org_id,
  pg_temp.event_id('audit', n),
  cycle_id,
  'bench-' || floor(random() * 200),
  n % 10 = 0,
  CASE WHEN n % 10 = 0 THEN 'invalid_or_defunct_intake_path' END,
  (ARRAY['web_only', 'web_plus_call', 'provider_confirmation'])[1 + n % 3],
  starts + lasts * (n / (events * 0.03))
FROM bench, generate_series(1, (events * 0.03)::integer) AS n;

INSERT INTO pilot.pilot_preference_fit_events (
  org_id, id, pilot_cycle_id, cohort_label, preferred_via_careconnect, preference_recorded_at
)
SELECT
  org_id,
  pg_temp.event_id('preference', n),
  cycle_id,
  (ARRAY['youth', 'newcomers', 'seniors'])[1 + n % 3],
  random() < 0.6,
  starts + lasts * (n / (events * 0.02))
FROM bench, generate_series(1, (events * 0.02)::integer) AS n;

DROP TABLE bench;
