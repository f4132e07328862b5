"""The people side: what the page and the tests call, one file an area."""
