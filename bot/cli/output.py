"""Standard output and error: no character makes a write fail, and a full disk is reported once."""

from __future__ import annotations

import codecs
import io
import os
import sys
from pathlib import Path

NEAREST = {
    "✓": "+",
    "✗": "x",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "…": "...",
    "–": "-",
    "•": "*",
    "→": "->",
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
}
"""What is written instead of a character that the terminal cannot show; all others become a question mark."""

HANDLER = "firstcall.nearest"
ASCII = "firstcall_ascii"
"""ASCII by another name. click takes ASCII for a mistake, and would write UTF-8."""


def show_every_character() -> None:
    """Write a replacement for what the encoding of the terminal, file or pipe lacks, instead of failing.

    The encoding itself stays: who reads the output expects it. A stream that the caller has closed takes everything,
    and gives nothing.
    """
    codecs.register_error(HANDLER, _nearest)
    codecs.register(_ascii)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 (as long as the program)
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding=ASCII if is_ascii else stream.encoding, errors=HANDLER)


def give_up_standard_output() -> None:
    """After a failed write: drop what is still in the buffer, which Python would try to write again at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _ascii(name: str) -> codecs.CodecInfo | None:
    if name != ASCII:
        return None
    info = codecs.lookup("ascii")
    return codecs.CodecInfo(
        info.encode,
        info.decode,
        info.streamreader,
        info.streamwriter,
        info.incrementalencoder,
        info.incrementaldecoder,
        name=ASCII,
    )


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(NEAREST.get(char, "?") for char in error.object[error.start : error.end]), error.end
