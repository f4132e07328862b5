"""Interactions on any platform: each calls a handler and renders its screen with a view."""
