-- The moment that is asked for ($1; NULL is now), by the clock that stamped the rows.
SELECT
  coalesce($1::timestamptz, date_trunc('milliseconds', now())) AS as_of,
  coalesce($1::timestamptz, now()) > now() AS is_ahead
