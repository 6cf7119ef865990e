-- How to plan the saved queries, for this transaction only. They read every event of an organisation, so they are planned for
-- the parameters at hand, and for passes over many rows even where the statistics do not know the organisation yet: a nested
-- loop over them would not end. Hash tables that outgrow the processor's cache are slower than small ones in several passes,
-- so memory is little; people are counted in the order of an index instead. One core is used, and the others are left to the
-- intake. Compiling costs more than it saves.
SELECT
  set_config('plan_cache_mode', 'force_custom_plan', true),
  set_config('enable_nestloop', 'off', true),
  set_config('enable_hashagg', 'off', true),
  set_config('work_mem', '4MB', true),
  set_config('max_parallel_workers_per_gather', '0', true),
  set_config('jit', 'off', true)
