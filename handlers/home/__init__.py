"""What a person sees first when they open the app."""
