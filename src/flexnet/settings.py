"""Django's settings, all of them drawn from the configuration; one module for every process."""

import os

from flexnet import configuration
from flexnet.lib import private_files
from flexnet.manual import pictures
from flexnet.web import sites

_c = configuration.current()

SECRET_KEY = private_files.read(_c.secret_key_file).decode("ascii").strip()
DEBUG = False
DATABASES = {"default": configuration.database(_c.database_url)}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "django.contrib.staticfiles",
    "flexnet.audit",
    "flexnet.mail",
    "flexnet.accounts",
    "flexnet.members",
    "flexnet.keys",
    "flexnet.access",
    "flexnet.gateway",
    "flexnet.billing",
    "flexnet.applications",
    "flexnet.publications",
    "flexnet.post",
    "flexnet.software",
    "flexnet.correspondence",
    "flexnet.documents",
    "flexnet.web",
    "flexnet.portal",
    "flexnet.office",
    "flexnet.public",
]
WSGI_APPLICATION = None
FORM_RENDERER = "flexnet.web.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "flexnet.web.context.profile",
            ]
        },
    }
]

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
SESSION_ENGINE = "flexnet.accounts.sessions"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LOGIN_URL = "sign-in"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "flexnet.web.errors.csrf_failure"

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
STATIC_URL = "/static/"
STATICFILES_DIRS = [("handbuch", pictures.FOLDER)]
if _c.profile.look:
    STATICFILES_DIRS.append(("kv", _c.profile.look))
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
FILE_UPLOAD_HANDLERS = ["flexnet.web.uploads.NoFiles"]
LOGGING_CONFIG = None

SITE = os.environ.get(sites.VARIABLE, "portal")
globals().update(sites.settings(SITE, _c))
