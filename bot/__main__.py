"""`python -m bot` is `firstcall`, also where no script was installed."""

from bot.cli import main

if __name__ == "__main__":
    main(prog_name="firstcall")
