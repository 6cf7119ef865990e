-- What pilot_owner is not let do with all rows. FORCE binds it, and silently: a table without a policy for reading looks
-- empty, and one without a policy for deleting keeps what was to go. $1: the tables to read; $2: those to delete from.
SELECT wanted.table_name, wanted.command
FROM (
  SELECT unnest($1::text[]), 'SELECT'
  UNION ALL
  SELECT unnest($2::text[]), 'DELETE'
) AS wanted (table_name, command)
WHERE NOT EXISTS (
  SELECT FROM pg_policies
  WHERE schemaname = 'pilot'
    AND tablename = wanted.table_name
    AND cmd = wanted.command
    AND 'pilot_owner' = ANY (roles)
    AND qual = 'true'
)
ORDER BY table_name, command
