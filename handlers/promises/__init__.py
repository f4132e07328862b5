"""The promises board: what becomes of each agreed statement, and the deal's completion (M7.3, M8.4)."""
