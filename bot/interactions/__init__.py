"""What a person did, on any platform: from an interaction to a handler, and from its screen to a view."""
