"""The tables of `keys`."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Key",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("serial", models.CharField(max_length=20, unique=True)),
                ("digits", models.PositiveSmallIntegerField(default=6)),
                ("identifier", models.CharField(blank=True, max_length=12)),
                ("sealed_seed", models.BinaryField()),
                ("counter", models.BigIntegerField(default=0)),
                ("added_at", models.DateTimeField()),
                ("missed_code", models.BinaryField(null=True)),
                ("missed_source", models.CharField(blank=True, max_length=45)),
                ("missed_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
