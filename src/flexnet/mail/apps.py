"""Registers `flexnet.mail` with Django."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "flexnet.mail"
    label = "mail"
