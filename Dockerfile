# One image for every role: `serve` (the default), `migrate` and the other commands of `python -m app`.

FROM python:3.13-slim AS libraries
COPY requirements.txt .
RUN python -m venv /opt/caseline \
    && /opt/caseline/bin/pip install --no-cache-dir --require-hashes -r requirements.txt \
    && /opt/caseline/bin/pip uninstall --yes pip

FROM python:3.13-slim
ENV PATH=/opt/caseline/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CASELINE_DATA_DIR=/data \
    CASELINE_HOST=0.0.0.0 \
    CASELINE_PORT=8000
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin caseline \
    && install --directory --owner=caseline --mode=0700 /data
COPY --from=libraries /opt/caseline /opt/caseline
WORKDIR /srv/caseline
COPY alembic.ini ./
COPY migrations migrations
COPY openapi openapi
COPY app app
USER 10001
VOLUME /data
EXPOSE 8000
# Asks the service itself, past any proxy that the environment names.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open(f'http://127.0.0.1:{os.environ[\"CASELINE_PORT\"]}/healthz', timeout=4)"]
CMD ["python", "-m", "app", "serve"]
