from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_dismissed_and_removed")]

    operations = [
        migrations.AlterField(
            model_name="feed",
            name="url",
            field=models.CharField(max_length=2000),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)), fields=("url",), name="articles_feed_followed_once"
            ),
        ),
    ]
