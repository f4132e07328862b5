# The bot in a container, without the simulated workspace of the demo: `docker build -t firstcall .`, then `docker run -p 3000:3000 -v firstcall:/data --env-file .env firstcall`.

# The digest fixes the image of every build; `docker buildx imagetools inspect python:3.12-slim` shows the newest one.
FROM python:3.12-slim@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/firstcall
WORKDIR /src
# The packages first: they change less often than our own code, and Docker keeps this layer.
COPY script/environment script/environment
COPY script/locks/run.txt script/locks/run.txt
RUN . script/environment && install_lock /opt/firstcall/bin/python script/locks/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY prompts prompts
COPY storage storage
RUN /opt/firstcall/bin/pip install --no-deps --no-build-isolation --no-index .

FROM python:3.12-slim@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea
RUN useradd --system --create-home --home-dir /data --uid 10001 firstcall
COPY --from=build /opt/firstcall /opt/firstcall
ENV PATH=/opt/firstcall/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FIRSTCALL_HOST=0.0.0.0 \
    FIRSTCALL_PORT=3000 \
    FIRSTCALL_LOG_FORMAT=json
USER firstcall
# The default database is an SQLite file here; with PostgreSQL in DATABASE_URL nothing is kept in the container.
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['FIRSTCALL_PORT'] + '/healthz', timeout=4)"]
# SIGTERM ends it: it stops taking requests, stores what was answered, and leaves within ten seconds.
CMD ["firstcall", "run"]
