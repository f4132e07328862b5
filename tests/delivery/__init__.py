"""Delivery on real databases, with a fake messenger."""
