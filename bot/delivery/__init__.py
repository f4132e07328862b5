"""Delivery of the outbox: the worker that sends what is due, and the scheduler that wakes it."""
