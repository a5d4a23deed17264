"""The addresses of the office; each button has its own."""

from django.urls import URLPattern, path

from flexnet.office import desk

urlpatterns: list[URLPattern] = [path("", desk.page, name="desk")]

handler400 = "flexnet.web.errors.bad_request"
handler403 = "flexnet.web.errors.forbidden"
handler404 = "flexnet.web.errors.not_found"
handler500 = "flexnet.web.errors.server_error"
