"""Forms of members take effect once too."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_submissions")]

    operations = [
        migrations.AlterField(
            model_name="submission",
            name="staff",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="submissions",
                to="accounts.staff",
            ),
        ),
    ]
