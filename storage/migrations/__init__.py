"""The steps from an empty database to today's tables. They only go forward: the way back is a backup."""
