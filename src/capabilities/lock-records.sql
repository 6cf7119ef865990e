-- Records of one kind are changed one after the other: each change looks at the revision before it, and some at other records.
-- $1: the table.
SELECT pg_advisory_xact_lock(hashtext('pilot.' || $1)) IS NULL AS locked
