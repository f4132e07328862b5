"""A workspace, its people and its channels: installation, names, what a channel is for, conversation references."""
