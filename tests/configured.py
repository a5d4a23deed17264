"""The tests' configuration with some values changed, for one test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test.client import ClientHandler
from pydantic import BaseModel

from flexnet import configuration, key_ring


def change(patch: pytest.MonkeyPatch, **values: Any) -> None:
    """`change(patch, debug=True, billing={"max_upload_mib": 1})`: so everybody reads it in this test."""
    whole = configuration.current()
    changed = whole.model_copy(update={key: _mixed(getattr(whole, key), new) for key, new in values.items()})
    patch.setattr(configuration, "current", lambda: changed)


def _mixed(old: Any, new: Any) -> Any:
    """Of a section only what is named changes."""
    return old.model_copy(update=new) if isinstance(old, BaseModel) else new


def office(slug: str, prefix: str) -> configuration.DistrictOffice:
    """A district office that takes the applications of one prefix."""
    name = f"Bezirksgeschäftsstelle {slug.title()}"
    return configuration.DistrictOffice(slug=slug, name=name, prefixes=(prefix,))


@contextmanager
def narrow_ring(process: str) -> Iterator[None]:
    """While Django's test client asks for a page, there is only the narrow key ring of that process."""
    whole, handle = key_ring.current, ClientHandler.__call__

    def narrowed(handler: ClientHandler, environ: dict[str, Any]) -> Any:
        ring = whole().narrow(key_ring.NARROW[process])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(key_ring, "current", lambda: ring)
            return handle(handler, environ)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClientHandler, "__call__", narrowed)
        yield
