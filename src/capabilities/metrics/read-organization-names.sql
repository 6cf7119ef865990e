-- Every organisation that the caller sees, by name.
SELECT id, name FROM pilot.organizations ORDER BY name, id
