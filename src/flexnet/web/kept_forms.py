"""What somebody had typed when their sign-in was over: sealed for them, until they are back."""

import base64
import contextlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Final
from urllib.parse import urlsplit

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, QueryDict
from django.urls import resolve

from flexnet import key_ring
from flexnet.lib.sealed import SealBroken

KEY: Final = "kept_form"
# What our own pages put beside the fields that a person fills in.
NOT_TYPED: Final = ("csrfmiddlewaretoken", "confirm-code", "confirm-signature", "confirm-password")
_VALID: Final = timedelta(hours=1)
_PLACE: Final = {"table": "accounts_websession", "kind": "kept_form"}
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_NEVER: Final = (
    "password",
    "sign-out",
    "sign-out-everywhere",
    "session",
    "confirm",
    "key-in-step",
    "lock-by-telephone",
)  # pages whose fields are secrets, or nothing


@dataclass(frozen=True)
class Kept:
    """Where it was sent, and each field with its value, in their order.

    Of files only the fields and their names are kept: whoever sent them chooses them again.
    """

    url: str
    fields: Sequence[tuple[str, str]]
    files: Sequence[tuple[str, str]] = ()


def sealed(request: HttpRequest, account_id: int, *, with_files: bool = False) -> str | None:
    """What this request brought, for that account alone; None if it brought nothing worth keeping.

    `with_files` only where the page of what was kept asks for the files once more.
    """
    kept = of(request)
    if kept and kept.files and not with_files:
        return None
    if kept is None:
        return None
    content = {**asdict(kept), "at": datetime.now(UTC).timestamp()}
    blob = key_ring.current().seal(json.dumps(content).encode(), row=account_id, **_PLACE)
    return base64.b64encode(blob).decode("ascii")


def of(request: HttpRequest) -> Kept | None:
    """What this request brought; None if it brought nothing worth keeping."""
    if request.method != "POST" or request.content_type not in _FORMS:
        return None
    if resolve(request.path_info).url_name in _NEVER:
        return None
    read_names_only(request)
    fields, files = typed(request.POST), [(name, _name(file)) for name, file in request.FILES.items()]
    if not (fields or files):
        return None
    return Kept(request.get_full_path(), fields, files)


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of ours sent it, by what browsers say themselves, and no page can change."""
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()


def read_names_only(request: HttpRequest) -> None:
    """What files hold is read to its end and dropped, not laid on a disk; too late once the form was read."""
    with contextlib.suppress(AttributeError):
        request.upload_handlers = [_NamesOnly(request)]


class _NamesOnly(FileUploadHandler):
    """Of files only their names."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Dropped."""

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        return UploadedFile(BytesIO(), self.file_name, self.content_type, file_size)


def _name(file: object) -> str:
    return str(getattr(file, "name", ""))


def typed(form: QueryDict) -> list[tuple[str, str]]:
    """The fields that a person filled in."""
    return [(name, value) for name, values in form.lists() for value in values if name not in NOT_TYPED]


def opened(text: str, account_id: int, now: datetime) -> Kept | None:
    """None for another account, or after an hour."""
    try:
        blob = key_ring.current().open(base64.b64decode(text), row=account_id, **_PLACE)
    except SealBroken:
        return None
    content = json.loads(blob.reveal())
    if now.timestamp() - content["at"] > _VALID.total_seconds():
        return None
    fields, files = ([(name, value) for name, value in content[part]] for part in ("fields", "files"))
    return Kept(content["url"], fields, files)
