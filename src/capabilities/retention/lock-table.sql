-- Nothing is written to it from here on, so that what the plan keeps cannot change under it. Reading goes on.
LOCK TABLE pilot.any_table IN SHARE ROW EXCLUSIVE MODE
