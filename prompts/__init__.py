"""The playbook and every text that a person reads, as data."""
