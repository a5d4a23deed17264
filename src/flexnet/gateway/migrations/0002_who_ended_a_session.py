"""A session remembers by which act it was ended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gateway", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="ended_by",
            field=models.CharField(blank=True, max_length=40),
        ),
    ]
