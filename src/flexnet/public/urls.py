"""The addresses of the public site."""

from django.urls import URLPattern, path

from flexnet.public import start

urlpatterns: list[URLPattern] = [path("", start.page, name="start")]

handler400 = "flexnet.web.errors.bad_request"
handler403 = "flexnet.web.errors.forbidden"
handler404 = "flexnet.web.errors.not_found"
handler500 = "flexnet.web.errors.server_error"
