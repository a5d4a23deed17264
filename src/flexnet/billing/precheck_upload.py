"""Checks a file while it arrives over HTTP, and keeps none of it: neither on a disk nor whole in memory."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.http import HttpRequest

from flexnet import configuration
from flexnet.lib import kvdt, xkm
from flexnet.lib.kvdt.check import Check


class Checked(UploadedFile):  # type: ignore[type-arg]  # the stubs alone make it generic
    """What a form gets in place of a file: what was found in it. It has no content."""

    def __init__(
        self, name: str, size: int, result: kvdt.Result | None, container: xkm.Container | None = None
    ) -> None:
        super().__init__(BytesIO(), name, size=size)
        self.container = container  # what its plain header says, if it is encrypted
        self.result = result  # None: too large


class IntoCheck(FileUploadHandler):
    """Feeds the check; of a file that is too large the rest is read and not looked at."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self._check, self._head = Check(), b""
        self._limit = configuration.current().billing.max_upload_bytes

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._check, self._head = Check(), b""
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= self._limit:
            self._check.feed(raw_data)
        self._head += raw_data[: xkm.HEAD_BYTES - len(self._head)]

    def file_complete(self, file_size: int) -> Checked:
        name = self.file_name or ""
        result = self._check.finish(name) if file_size <= self._limit else None
        return Checked(name, file_size, result, _container(self._head))


def _container(head: bytes) -> xkm.Container | None:
    try:
        return xkm.read(head) if xkm.is_container(head) else None
    except xkm.BadContainer:
        return None
