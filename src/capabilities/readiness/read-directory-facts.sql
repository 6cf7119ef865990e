-- What the mirror of the directory knows about these services. Parameter: $1 their ids.
SELECT id::text, name, category, verification_level, verified_on::text, fields_present, has_place
FROM pilot.services
WHERE id = ANY ($1::text[])
