-- Which of these tables of the schema are not there, in the order given.
SELECT name
FROM unnest($1::text[]) WITH ORDINALITY AS wanted (name, position)
WHERE to_regclass(format('pilot.%I', name)) IS NULL
ORDER BY position
