import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0008_twins"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="import",
            name="articles_import_asked_for",
        ),
        migrations.AddField(
            model_name="article",
            name="feed",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="articles",
                to="articles.feed",
            ),
        ),
        migrations.AlterField(
            model_name="article",
            name="imported_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("feed__isnull", True), ("imported_by__isnull", False)),
                    models.Q(("feed__isnull", False), ("imported_by__isnull", True)),
                    _connector="OR",
                ),
                name="articles_article_brought_in_by_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("requested_by__isnull", False),
                    ("revises__isnull", False),
                    ("kind", "feed_entry"),
                    _connector="OR",
                ),
                name="articles_import_asked_for",
            ),
        ),
    ]
