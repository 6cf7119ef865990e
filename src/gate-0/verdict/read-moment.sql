-- The moment that is asked about; without one, now. Arrivals are rounded to milliseconds, so that the latest may lie half of one
-- ahead.
SELECT coalesce($1::timestamptz, date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond') AS moment
