"""How Django draws a form: with our own components."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    field_template_name = "web/components/field.html"
