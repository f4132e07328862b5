"""What every HTTP request goes through: the limits of its connection and of its body."""
