"""The alignment call, from the brief to the recap, and finding its deal."""
