-- What a history is asked for changes which index is best, so its plan is made for the parameters at hand, in this transaction.
SELECT set_config('plan_cache_mode', 'force_custom_plan', true)
