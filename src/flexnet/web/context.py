"""What every template may say: who the KV is."""

from typing import Any

from django.http import HttpRequest

from flexnet import configuration


def profile(_request: HttpRequest) -> dict[str, Any]:
    return {"profile": configuration.current().profile}
