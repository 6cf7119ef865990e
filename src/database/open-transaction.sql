-- The caller and the limits of one transaction, all transaction-local, so that nothing survives it behind a pooler.
-- transaction_timeout exists from PostgreSQL 17 on. No plan is made anew for its parameters: with policies around every
-- statement, planning costs more than what it could gain.
SELECT
  set_config('pilot.user_id', $1, true),
  set_config('pilot.service_version', $2, true),
  set_config('statement_timeout', $3, true),
  set_config('lock_timeout', $5, true),
  set_config('idle_in_transaction_session_timeout', $4, true),
  set_config('plan_cache_mode', 'force_generic_plan', true),
  CASE WHEN current_setting('server_version_num')::integer >= 170000 THEN set_config('transaction_timeout', $4, true) END
