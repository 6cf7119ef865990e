-- One batch of the directory: adds what is new, changes what differs, and does not touch the rest.
-- All parts see the table as it was before, which is how an added row is told from an updated one.
--
-- Parameter: $1 a JSON array of facts.
WITH incoming AS (
  SELECT *
  FROM jsonb_to_recordset($1::jsonb) AS facts (
    id text, name text, category text, verification_level text, verified_on date, fields_present text[], has_place boolean
  )
),
before AS (
  SELECT id::text FROM pilot.services WHERE id IN (SELECT id FROM incoming)
),
written AS (
  INSERT INTO pilot.services AS mirror (id, name, category, verification_level, verified_on, fields_present, has_place)
  SELECT id, name, category, verification_level, verified_on, fields_present, has_place FROM incoming
  ON CONFLICT (id) DO UPDATE SET
    name = excluded.name,
    category = excluded.category,
    verification_level = excluded.verification_level,
    verified_on = excluded.verified_on,
    fields_present = excluded.fields_present,
    has_place = excluded.has_place,
    imported_at = now()
  WHERE
    (mirror.name, mirror.category, mirror.verification_level, mirror.verified_on, mirror.fields_present, mirror.has_place)
    IS DISTINCT FROM
    (excluded.name, excluded.category, excluded.verification_level, excluded.verified_on, excluded.fields_present, excluded.has_place)
  RETURNING mirror.id::text
)
SELECT
  count(*) FILTER (WHERE before.id IS NULL)::integer AS added,
  count(before.id)::integer AS updated
FROM written LEFT JOIN before ON before.id = written.id
