"""One file per migration; `storage.migrate` runs them."""
