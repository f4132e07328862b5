"""Deals of the past from a spreadsheet: read, compared with what is known, stored as a batch, taken out again."""
