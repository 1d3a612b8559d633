# The command and the API in one image: `docker build --tag westphalia .`, then
# `docker run westphalia --help`. docs/deploy.md has more; tests/image carries these steps out.

# The page at /. Node.js comes from the package index too, so that one base image is enough.
FROM python:3.12.12-slim-bookworm AS explorer
WORKDIR /src/app/explorer
COPY requirements-node.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv /opt/node && \
    /opt/node/bin/python -m pip install --quiet --require-hashes --only-binary :all: \
        -r requirements-node.txt
ENV PATH=/opt/node/bin:$PATH
COPY app/explorer/package.json app/explorer/package-lock.json ./
RUN npm ci --no-audit --no-fund --silent
COPY app/explorer ./
RUN npm run build --silent

FROM python:3.12.12-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/westphalia && python -m venv /opt/build
COPY requirements-build.txt requirements-image.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    /opt/build/bin/python -m pip install --quiet --require-hashes --only-binary :all: \
        -r requirements-build.txt && \
    /opt/westphalia/bin/python -m pip install --quiet --require-hashes --only-binary :all: \
        -r requirements-image.txt
COPY pyproject.toml README.md LICENSE ./
COPY graph graph
COPY ingest ingest
COPY app app
COPY --from=explorer /src/app/static app/static
RUN /opt/build/bin/hatchling build --target wheel --directory dist && \
    /opt/westphalia/bin/python -m pip install --quiet --no-index --no-deps dist/*.whl && \
    /opt/westphalia/bin/python -m pip uninstall --quiet --yes pip

FROM python:3.12.12-slim-bookworm
RUN groupadd --gid 10001 westphalia && \
    useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin westphalia && \
    install --directory --owner 10001 --group 10001 /data
COPY --from=build /opt/westphalia /opt/westphalia
# Without WESTPHALIA_HOST the API listens inside of the container only; with it, it asks for keys.
ENV PATH=/opt/westphalia/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    WESTPHALIA_STORE_URL=sqlite:////data/westphalia.db
USER 10001:10001
WORKDIR /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=4 \
    CMD ["python", "-m", "app.healthcheck"]
ENTRYPOINT ["westphalia"]
CMD ["serve"]
