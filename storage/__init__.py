"""The database: models, queries, the outbox and the migrations."""
