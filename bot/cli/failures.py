"""Every failure of a command as one sentence with an exit code. What is not listed here is a bug, with a traceback."""

from __future__ import annotations

import errno

from bot.cli.exit_codes import CommandFailed
from bot.cli.output import give_up_standard_output
from prompts.errors import FirstCallError


def explain(error: BaseException) -> CommandFailed | None:
    """The sentence for an error that ended a command; None if it is no expected one.

    A pipe that its reader has closed (`firstcall export | head`) is none: click ends the program without a word.
    """
    if isinstance(error, BaseExceptionGroup):
        return next((found for each in error.exceptions if (found := explain(each))), None)
    if isinstance(error, FirstCallError):
        return CommandFailed.from_error(error)
    if isinstance(error, KeyboardInterrupt):
        return CommandFailed("stopped by Ctrl-C before it was done")
    if isinstance(error, OSError) and error.errno != errno.EPIPE:
        return _system_error(error)
    return None


def _system_error(error: OSError) -> CommandFailed:
    reason = error.strerror or str(error) or type(error).__name__
    if error.filename is None:
        give_up_standard_output()
        return CommandFailed(f"the system refuses to read or write ({reason}): check the disk and the output")
    named = error.filename.decode(errors="replace") if isinstance(error.filename, bytes) else error.filename
    return CommandFailed(f"{named} cannot be read or written ({reason}): check the path, its permissions and the disk")
