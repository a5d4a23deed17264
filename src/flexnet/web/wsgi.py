"""A web site as a WSGI application: the one that FLEXNET_SITE names."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
