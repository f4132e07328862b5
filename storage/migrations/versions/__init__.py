"""One file for each step; `storage.migrate` runs them."""
