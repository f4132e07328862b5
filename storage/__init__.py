"""What FirstCall remembers: models, queries, the outbox and the migrations."""
