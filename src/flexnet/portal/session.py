"""How long one stays signed in, said to the page that asks; and the answer „I am still here“."""

from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from flexnet.portal.middleware import MemberRequest


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Seconds until a click is needed, and until the end in any case. Sending it counts as a click."""
    until = cast(MemberRequest, request).until
    return JsonResponse({"idle": until.idle_seconds, "last": until.last_seconds})
