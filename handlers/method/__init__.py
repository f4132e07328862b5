"""The sales method as pure functions: no clock, no database, no platform."""
