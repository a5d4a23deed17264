"""What differs between the web sites: each has its own addresses, cookies and order of questions."""

from typing import Any, Final

from flexnet.configuration import BadConfiguration, Configuration, Site

VARIABLE: Final = "FLEXNET_SITE"  # which of them this process is
NAMES: Final = ("portal", "office", "public")

_FIRST: Final = (
    "flexnet.web.middleware.SecurityHeaders",
    "django.middleware.locale.LocaleMiddleware",
    "flexnet.web.middleware.NoBlankPages",
    "whitenoise.middleware.WhiteNoiseMiddleware",
)
_FORMS: Final = ("django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware")
_SIGNED_IN: Final = (
    "flexnet.web.middleware.NoDeepLinks",
    "django.contrib.sessions.middleware.SessionMiddleware",
    *_FORMS,
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
)
_LAST: Final = "django.contrib.auth.middleware.LoginRequiredMiddleware"
_MIDDLEWARE: Final = {
    "portal": (
        "flexnet.portal.doorway.Doorway",
        *_FIRST,
        *_SIGNED_IN,
        "flexnet.portal.middleware.Decision",
        _LAST,
    ),
    "office": (*_FIRST, *_SIGNED_IN, "flexnet.office.middleware.StillHere", _LAST),
    "public": (*_FIRST, "django.middleware.common.CommonMiddleware", "flexnet.web.middleware.OwnFormsOnly"),
}
_FORM_REFUSED: Final = {
    "office": "flexnet.office.entry.form_refused",
    "portal": "flexnet.portal.entry.form_refused",
}


def settings(name: str, configuration: Configuration) -> dict[str, Any]:
    """Django's settings of one site. Cookies are named for it: on loopback all sites share a host."""
    if name not in NAMES:
        raise BadConfiguration(f"{VARIABLE}={name!r} is no site. Name one of: {', '.join(NAMES)}")
    site: Site = getattr(configuration, name)
    cookie = "flexnet" if name == "portal" else f"flexnet-{name}"
    prefix = "__Host-" if site.is_tls else ""
    return {
        "SITE": name,
        "ROOT_URLCONF": f"flexnet.{name}.urls",
        "ALLOWED_HOSTS": [site.host, "127.0.0.1", "localhost"],
        "MIDDLEWARE": list(_MIDDLEWARE[name]),
        "SESSION_COOKIE_AGE": site.absolute_hours * 3600,
        "SESSION_COOKIE_SECURE": site.is_tls,
        "SESSION_COOKIE_NAME": f"{prefix}{cookie}",
        "CSRF_COOKIE_SECURE": site.is_tls,
        "CSRF_COOKIE_NAME": f"{prefix}{cookie}-form",
        "CSRF_FAILURE_VIEW": _FORM_REFUSED.get(name, "flexnet.web.errors.csrf_failure"),
    }
