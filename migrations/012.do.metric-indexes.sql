-- Indexes in the order in which recompute and scorecard read.
--
-- M5 counts people by entity_key_hash. Sorting or hashing a million attempts takes most of a recompute; the first index has
-- them in order, with all that the query reads, so that it is one pass without a table of people in memory, however many they
-- are. It is read without the table, which asks for a vacuumed table: autovacuum sees to that as rows come in.
CREATE INDEX pilot_contact_attempt_events_person
  ON pilot.pilot_contact_attempt_events (recorded_by_org_id, pilot_cycle_id, entity_key_hash)
  INCLUDE (attempted_at, attempt_outcome);

-- The latest snapshots of one window. CASE makes open bounds comparable, where the index that this one replaces had coalesce:
-- under row-level security Postgres looks up only what it knows to be leakproof, and that is CASE, and not coalesce.
CREATE INDEX pilot_metric_snapshots_of_window ON pilot.pilot_metric_snapshots (
  org_id,
  pilot_cycle_id,
  (CASE WHEN window_start IS NULL THEN '-infinity' ELSE window_start END),
  (CASE WHEN window_end IS NULL THEN 'infinity' ELSE window_end END),
  metric_id,
  calculated_at DESC,
  recompute_id DESC
);
DROP INDEX pilot.pilot_metric_snapshots_latest;
