"""What becomes of files sent to pages that asked for none."""

from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class NoFiles(FileUploadHandler):
    """Refuses them with the first byte: whoever is not signed in must not fill the disk.

    The one page that takes a file names its own handler.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RequestDataTooBig("a file where none is asked for")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> NoReturn:
        raise AssertionError("never reached: new_file refuses")

    def file_complete(self, file_size: int) -> None:
        """Never reached either; the type wants an answer."""
