-- By where the rows lie, which the plan has found in the same transaction and snapshot.
DELETE FROM pilot.any_table WHERE ctid = ANY ($1::tid[])
