# The same set-up as on any machine: bootstrap.py and the locked requirements. One image, one command
# per process: `shopapp serve` (web), `shopapp work` (jobs), `shopapp db upgrade` (release step).
FROM python:3.13-slim AS packages
WORKDIR /app
COPY bootstrap.py ./
COPY requirements ./requirements
RUN python bootstrap.py runtime

FROM python:3.13-slim
# pg_dump and pg_restore, for backups of PostgreSQL
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --uid 10001 shopapp \
    && install -d -o shopapp -g shopapp /app /data
WORKDIR /app
COPY --from=packages /app/.venv ./.venv
COPY bootstrap.py wsgi.py ./
COPY requirements ./requirements
COPY migrations ./migrations
COPY seeds ./seeds
COPY static ./static
COPY templates ./templates
COPY shopapp ./shopapp
USER shopapp
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    SHOPAPP_INSTANCE=/data
VOLUME /data
EXPOSE 8000
# For `serve`; start a `work` container with --no-healthcheck.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["shopapp", "serve"]
