"""Files: announced, uploaded, completed, read. Bounded: the oldest are dropped."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from sandbox.errors import SlackRefusal

MAX_FILE_BYTES = 20_000_000
MAX_TOTAL_BYTES = 100_000_000
MAX_FILES = 500


@dataclass(slots=True)
class Upload:
    """One file; `content` is None until it is uploaded, `shared` becomes True when the upload is completed."""

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
        """Register a file that will be uploaded."""
        if not 0 < upload.length <= MAX_FILE_BYTES:
            raise SlackRefusal("file_upload_size_restricted")
        self._files[upload.id] = upload
        while len(self._files) > MAX_FILES:
            self._files.popitem(last=False)
        return upload

    def store(self, file_id: str, content: bytes) -> Upload | None:
        """Store the bytes of an announced file; None if it was not announced."""
        upload = self._files.get(file_id)
        if upload is None:
            return None
        upload.content = content
        while sum(len(each.content or b"") for each in self._files.values()) > MAX_TOTAL_BYTES:
            self._files.popitem(last=False)
        return upload

    def remove(self, file_id: str) -> None:
        """Forget a file."""
        self._files.pop(file_id, None)

    def get(self, file_id: str) -> Upload | None:
        """The file with this id, or None."""
        return self._files.get(file_id)
