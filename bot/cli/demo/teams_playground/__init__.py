"""The Microsoft 365 Agents Playground, which simulates Teams, for `firstcall demo --teams` and the tests."""
