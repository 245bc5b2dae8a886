"""Let the database itself refuse to change or delete what history stands on."""

from django.db import migrations

from factcheck.audit.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]

    operations = [
        AppendOnly("articles_revision"),
    ]
