# emoretrieve serve, as a user without rights: docs/deployment.md. Build from here:
#   docker build -t emoretrieve/serve .
# and with extras of pyproject.toml, such as collections on a Qdrant server:
#   docker build -t emoretrieve/serve --build-arg EXTRAS=qdrant,mcp .
# Everything it writes goes to /data and /tmp: the root file system may be read-only.

FROM python:3.12-slim AS build
ARG EXTRAS=""
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY scripts/constraints.txt scripts/
COPY emoretrieve emoretrieve
COPY indexer indexer
COPY cli cli
RUN python -m venv /opt/emoretrieve \
    && /opt/emoretrieve/bin/pip install --no-cache-dir -c scripts/constraints.txt ".[server,client${EXTRAS:+,$EXTRAS}]"

FROM python:3.12-slim
# ffmpeg decodes M4A/AAC, which the built-in decoders do not; tini hands signals on and buries what workers leave behind.
RUN apt-get update && apt-get install --yes --no-install-recommends ffmpeg tini && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/emoretrieve /opt/emoretrieve
RUN groupadd --gid 10001 emoretrieve \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin emoretrieve \
    && install --directory --owner=10001 --group=10001 /data \
    && install --directory /media
USER 10001:10001
# It listens beyond the container, and so refuses to start without keys. Models of extras are kept with the data.
ENV PATH=/opt/emoretrieve/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    EMORETRIEVE_HOME=/data \
    EMORETRIEVE_SERVE_HOST=0.0.0.0 \
    EMORETRIEVE_SERVE_PORT=8000 \
    HF_HOME=/data/models
VOLUME /data
EXPOSE 8000
# Whether it lives, not whether it has room: whoever restarts what is unhealthy must not restart what is busy.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD ["python", "-c", "import http.client, os, sys; server = http.client.HTTPConnection('127.0.0.1', int(os.environ['EMORETRIEVE_SERVE_PORT']), timeout=4); server.request('GET', '/healthz'); sys.exit(server.getresponse().status != 200)"]
ENTRYPOINT ["tini", "--", "emoretrieve"]
CMD ["serve"]
