"""`python -m bot` runs `firstcall`, even if the script is not installed."""

from bot.cli import main

if __name__ == "__main__":
    main(prog_name="firstcall")
