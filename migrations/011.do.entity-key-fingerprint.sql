-- Which key the stored entity hashes were made with. The key itself is not in the database; after a restore with another
-- one every repeat would be a conflict and M5 would take known people for others, without a word. So the service leaves a
-- fingerprint of its key at its first start, an HMAC that says nothing about the key, and compares it at every later one.
--
-- It belongs to the service and to no caller: only a transaction of its own (pilot.user_id is the id that nobody has) sees
-- it, and only the first one writes it. A fingerprint that is there is never changed.

CREATE TABLE pilot.entity_key_fingerprint (
  is_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_only_row),
  fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
  recorded_at timestamptz(3) NOT NULL DEFAULT now()
);

ALTER TABLE pilot.entity_key_fingerprint ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.entity_key_fingerprint FOR SELECT TO pilot_app
  USING ((SELECT pilot.current_user_id()) = '00000000-0000-0000-0000-000000000000');
CREATE POLICY app_insert ON pilot.entity_key_fingerprint FOR INSERT TO pilot_app
  WITH CHECK ((SELECT pilot.current_user_id()) = '00000000-0000-0000-0000-000000000000');
CREATE POLICY app_update ON pilot.entity_key_fingerprint FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.entity_key_fingerprint FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.entity_key_fingerprint TO pilot_app;
GRANT INSERT (fingerprint) ON pilot.entity_key_fingerprint TO pilot_app;
