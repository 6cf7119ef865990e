-- Whether the caller is a member of some organisation, or an app admin.
SELECT pilot.is_participant()
