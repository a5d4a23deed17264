"""Takes a file in as it arrives over HTTP, straight into the store's own file system."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers

from flexnet import configuration
from flexnet.billing.adapters import Arrival


class IntoStore(FileUploadHandler):
    """Hashes and counts while the bytes come; a file that is too large is read to its end but not kept."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        limit = configuration.current().billing.max_upload_bytes
        self.arrival = Arrival(self.file_name or "", limit=limit)
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.arrival.take(raw_data)

    def file_complete(self, file_size: int) -> Arrival:
        return self.arrival

    def upload_interrupted(self) -> None:
        if hasattr(self, "arrival"):
            self.arrival.close()
