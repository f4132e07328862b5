"""Delivery on real databases, with a platform that a test holds in its hands."""
