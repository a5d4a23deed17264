"""A loss is reported in the portal too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0010_indexes_of_lists")]

    operations = [
        migrations.AlterField(
            model_name="report",
            name="way",
            field=models.CharField(
                choices=[
                    ("telephone", "Telephone"),
                    ("email", "Email"),
                    ("fax", "Fax"),
                    ("letter", "Letter"),
                    ("in_person", "In Person"),
                    ("public", "Public"),
                    ("portal", "Portal"),
                ],
                max_length=10,
            ),
        ),
    ]
