"""The alignment call, from the first step to the recap, and what is looked up of it."""
