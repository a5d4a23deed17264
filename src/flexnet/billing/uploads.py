"""Takes a file in as it arrives over HTTP, straight into the store's own file system."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.http import HttpRequest

from flexnet import configuration
from flexnet.billing.adapters import Arrival


class IntoStore(FileUploadHandler):
    """Hashes and counts while the bytes come; a file that is too large is read to its end but not kept.

    Whoever uses it must `close` it: Django forgets the file of a sender who broke off in the middle.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.arrivals: list[Arrival] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        limit = configuration.current().billing.max_upload_bytes
        self.arrivals.append(Arrival(self.file_name or "", limit=limit))
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.arrivals[-1].take(raw_data)

    def file_complete(self, file_size: int) -> Arrival:
        return self.arrivals[-1].end()

    def close(self) -> None:
        """Whatever was not kept is gone."""
        for arrival in self.arrivals:
            arrival.close()
