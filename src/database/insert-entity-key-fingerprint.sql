INSERT INTO pilot.entity_key_fingerprint (fingerprint) VALUES ($1) ON CONFLICT DO NOTHING
