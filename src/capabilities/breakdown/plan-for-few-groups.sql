-- How to plan a breakdown, for this transaction only. It reads every event of a window and makes few groups of them, which a
-- hash table counts without sorting. It is planned for the parameters at hand, because a missing one is no condition at all,
-- and without nested loops, which would not end where the statistics do not know an organisation yet.
SELECT
  set_config('plan_cache_mode', 'force_custom_plan', true),
  set_config('enable_nestloop', 'off', true),
  set_config('max_parallel_workers_per_gather', '0', true),
  set_config('jit', 'off', true)
