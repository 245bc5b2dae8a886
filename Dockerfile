# One image for web, worker, beat and the one-shot migration; docker-compose.yml says which is which.

FROM python:3.13-slim-bookworm AS build
RUN pip install --no-cache-dir uv
COPY requirements/runtime.lock /tmp/runtime.lock
RUN python -m venv /opt/venv \
 && uv pip install --no-cache --compile-bytecode --python /opt/venv/bin/python --require-hashes -r /tmp/runtime.lock

FROM python:3.13-slim-bookworm
RUN groupadd --gid 10001 desk \
 && useradd --uid 10001 --gid desk --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin desk \
 && install -d -o desk -g desk /srv/site /srv/media /srv/static
COPY --from=build /opt/venv /opt/venv
COPY manage.py /app/
COPY assist /app/assist
COPY articles /app/articles
COPY reviews /app/reviews
COPY publishing /app/publishing
COPY factcheck /app/factcheck
COPY templates /app/templates
COPY deploy/gunicorn.conf.py /app/deploy/
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CHECKDESK_DATA_DIR=/srv \
    CHECKDESK_SITE_DIR=/srv/site \
    CHECKDESK_MEDIA_DIR=/srv/media \
    CHECKDESK_STATIC_DIR=/srv/static
USER desk
VOLUME ["/srv/site", "/srv/media", "/srv/static"]
EXPOSE 8000
CMD ["gunicorn", "factcheck.wsgi", "--config", "deploy/gunicorn.conf.py", \
     "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm"]
