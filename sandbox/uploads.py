"""Files: asked for, uploaded, completed, read. Bounded: the oldest go when the cupboard is full."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from sandbox.errors import SlackRefusal

LARGEST = 20_000_000
MOST_BYTES = 100_000_000
MOST_FILES = 500


@dataclass(slots=True)
class Upload:
    """One file; `content` is null until it was uploaded, `shared` becomes true when the upload is completed."""

    id: str
    name: str
    length: int
    title: str
    created: int
    content: bytes | None = None
    shared: bool = False


class Uploads:
    """The files of the workspace."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, Upload] = OrderedDict()

    def announce(self, upload: Upload) -> Upload:
        """Take note of a file that will be uploaded."""
        if not 0 < upload.length <= LARGEST:
            raise SlackRefusal("file_upload_size_restricted")
        self._files[upload.id] = upload
        while len(self._files) > MOST_FILES:
            self._files.popitem(last=False)
        return upload

    def store(self, file_id: str, content: bytes) -> Upload | None:
        """Keep the bytes of an announced file; null when nobody announced it."""
        upload = self._files.get(file_id)
        if upload is None:
            return None
        upload.content = content
        while sum(len(each.content or b"") for each in self._files.values()) > MOST_BYTES:
            self._files.popitem(last=False)
        return upload

    def get(self, file_id: str) -> Upload | None:
        """The file with this id."""
        return self._files.get(file_id)
