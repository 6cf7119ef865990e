SELECT version, name, md5, run_at FROM pilot.schema_migrations
