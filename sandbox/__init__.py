"""A simulated Slack workspace: the demo, the test double and the load target."""
