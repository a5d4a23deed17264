"""With whom somebody spoke who called back before new credentials."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0011_reports_in_the_portal")]

    operations = [
        migrations.AddField(
            model_name="credentialrequest",
            name="spoken_to",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
