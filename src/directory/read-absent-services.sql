-- What the mirror has and the file has not. Parameter: $1 every id in the file.
SELECT id::text FROM pilot.services
EXCEPT
SELECT unnest($1::text[])
ORDER BY id
