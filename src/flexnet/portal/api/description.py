"""The description of the door (OpenAPI 3.1), kept by hand beside this file; tests hold both together."""

import functools
import importlib.resources
import json

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from flexnet import configuration
from flexnet.access import programs
from flexnet.portal.api import problems


@csrf_exempt  # it changes nothing
@login_not_required
def document(request: HttpRequest) -> HttpResponse:
    """For whoever reaches the portal, where the KV lets programs in; it holds no secret."""
    if not programs.are_allowed():
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return problems.answer("methode", headers={"Allow": "GET, HEAD"})
    server = {"url": f"{configuration.current().portal.url}api/v1"}
    return JsonResponse({**kept(), "servers": [server]})


@functools.cache
def kept() -> dict[str, object]:
    """As it lies in the package."""
    text = (
        importlib.resources.files("flexnet.portal.api").joinpath("openapi.json").read_text(encoding="utf-8")
    )
    found: dict[str, object] = json.loads(text)
    return found
