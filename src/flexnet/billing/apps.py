"""Registers `flexnet.billing` with Django."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "flexnet.billing"
    label = "billing"
