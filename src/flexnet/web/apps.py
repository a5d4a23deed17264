"""The pages' common face as a Django app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "flexnet.web"
    label = "web"
