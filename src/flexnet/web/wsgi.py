"""A web site as a WSGI application: the one that FLEXNET_SITE names."""

import os

from django.core.wsgi import get_wsgi_application

from flexnet import configuration
from flexnet.web import lines, sites

_SITE = getattr(configuration.current(), os.environ[sites.VARIABLE])

application = lines.watched(get_wsgi_application(), lines.Watch(configuration.address(_SITE.listen)[1]))
