"""Let the database itself refuse to change or delete what history stands on."""

from django.db import migrations

from factcheck.audit.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]

    operations = [
        AppendOnly("reviews_verdict"),
        AppendOnly("reviews_signature"),
    ]
