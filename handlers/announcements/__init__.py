"""Announced wins: the post about one deal, what becomes of it when the deal changes, and the thanks for it."""
