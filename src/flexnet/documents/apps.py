"""Registers `flexnet.documents` with Django."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "flexnet.documents"
    label = "documents"
