"""The user API, for the page and the tests: what a person does in a Slack client. One file per area."""
