"""The tests' configuration with some values changed, for one test."""

from typing import Any

import pytest
from pydantic import BaseModel

from flexnet import configuration


def change(patch: pytest.MonkeyPatch, **sections: dict[str, Any]) -> None:
    """`change(patch, billing={"max_upload_mib": 1})`: everybody reads this until the test ends."""
    whole = configuration.current()
    parts: dict[str, BaseModel] = {
        name: getattr(whole, name).model_copy(update=values) for name, values in sections.items()
    }
    changed = whole.model_copy(update=parts)
    patch.setattr(configuration, "current", lambda: changed)
