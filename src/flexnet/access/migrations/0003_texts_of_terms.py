"""Terms get their title, their text, and the day on which they were announced."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def announced_when_they_began(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Of versions from before nothing else is known; their text is not in the database."""
    apps.get_model("access", "Terms").objects.update(published_on=models.F("effective_on"))


class Migration(migrations.Migration):
    dependencies = [("access", "0002_endings")]

    operations = [
        migrations.AddField(
            "terms", "title", models.CharField(max_length=200, default=""), preserve_default=False
        ),
        migrations.AddField("terms", "text", models.TextField(default=""), preserve_default=False),
        migrations.AddField("terms", "published_on", models.DateField(null=True)),
        migrations.RunPython(announced_when_they_began, migrations.RunPython.noop),
        migrations.AlterField("terms", "published_on", models.DateField()),
    ]
