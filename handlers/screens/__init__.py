"""What handlers tell the screens: plain data, ready to be drawn by any platform."""
