-- The moment that is asked about, or now where none is given or the clock of the one who asks is ahead. Arrivals are rounded to
-- milliseconds, so that the latest may lie half of one ahead.
SELECT least($1::timestamptz, date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond') AS moment
