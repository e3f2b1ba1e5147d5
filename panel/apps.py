"""Django's handle on the panel app."""

from django.apps import AppConfig


class PanelConfig(AppConfig):
    name = "panel"
    verbose_name = "Clipdeck"
