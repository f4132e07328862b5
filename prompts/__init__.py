"""Every word that a person reads, and the playbook, as data."""
