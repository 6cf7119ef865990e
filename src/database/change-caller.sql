-- Whose eyes the following statements of a shared transaction see with.
SELECT set_config('pilot.user_id', $1, true)
