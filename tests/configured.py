"""The tests' configuration with some values changed, for one test."""

from typing import Any

import pytest
from pydantic import BaseModel

from flexnet import configuration


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
