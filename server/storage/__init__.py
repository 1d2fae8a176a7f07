"""The database: its schema and migrations, the stores of sessions and shared data, backups, and its health.

SQL belongs here; elsewhere only `server.cluster` and `server.classroom.service` use it, for their own tables.
"""
