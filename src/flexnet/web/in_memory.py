"""Files that pages take are read into memory, up to what the page may keep."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest


class InMemory(MemoryFileUploadHandler):
    """What is larger than `largest` bytes is read to its end, but not kept: whoever looks finds too much.

    So it is with what comes behind the first `most` files: of those only that they came.
    """

    def __init__(self, request: HttpRequest, largest: int, *, most: int = 1) -> None:
        super().__init__(request)
        self.largest = largest
        self.left = most

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.left -= 1
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start <= self.largest and self.left >= 0:
            self.file.write(raw_data)
