"""Microsoft's own simulated Teams, the Microsoft 365 Agents Playground, for `firstcall demo --teams` and the tests."""
