"""The database itself: tables, migrations, connections, group commit, notifications."""
