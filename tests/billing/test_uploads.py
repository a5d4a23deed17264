"""A file on its way through HTTP: sent whole it arrives, broken off it leaves nothing."""

from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import UnreadablePostError

from flexnet import configuration
from flexnet.billing.uploads import IntoStore

HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.con"\r\nContent-Type: a/b\r\n\r\n'
CONTENT = b"y" * 300_000


class BrokenOff(BytesIO):
    """A sender whose connection goes away behind the last byte."""

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if not piece:
            raise OSError("gone")
        return piece


def sent(body: BytesIO, length: int) -> tuple[WSGIRequest, IntoStore]:
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "CONTENT_LENGTH": str(length),
            "wsgi.input": body,
        }
    )
    handler = IntoStore(request)
    request.upload_handlers = [handler]
    return request, handler


def parts_in_store() -> list[int]:
    return [path.stat().st_size for path in configuration.current().billing.store.rglob("*.part")]


def test_files_sent_whole_are_there_until_the_handler_is_closed() -> None:
    body = HEAD + CONTENT + b"\r\n" + HEAD + CONTENT + b"\r\n--x--\r\n"
    request, handler = sent(BytesIO(body), len(body))
    assert len(request.FILES.getlist("file")) == 2
    assert [size >= len(CONTENT) for size in parts_in_store()] == [True, True]
    handler.close()
    assert parts_in_store() == []


def test_a_sender_who_breaks_off_leaves_nothing() -> None:
    request, handler = sent(BrokenOff(HEAD + CONTENT), 900_000)
    with pytest.raises(UnreadablePostError):
        _ = request.POST
    handler.close()
    assert parts_in_store() == []
