# syntax=docker/dockerfile:1
# Written for a real engine; none was at hand to build it: docs/deploy.md says what was tried.

FROM node:24-trixie-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY catalogs/package.json catalogs/
COPY core/package.json core/
COPY ledger/package.json ledger/
COPY connectors/package.json connectors/
COPY api/package.json api/
COPY server/package.json server/
COPY cli/package.json cli/
COPY web/package.json web/
COPY e2e/package.json e2e/
COPY tools/package.json tools/
COPY bench/package.json bench/

# The web client and the page that verifies, with everything that builds them.
FROM manifests AS web
RUN npm ci --omit=optional --ignore-scripts
COPY . .
RUN node node_modules/vite/bin/vite.js build --config ledger/page/vite.config.ts \
  && node node_modules/vite/bin/vite.js build --config web/vite.config.ts

# What runs, and nothing else: no embedded PostgreSQL, no tools.
FROM manifests AS modules
RUN npm ci --omit=dev --omit=optional --ignore-scripts \
  -w catalogs -w core -w ledger -w connectors -w api -w server -w cli

FROM node:24-trixie-slim
# git is what the connector of that name reads with.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production \
  HOST=0.0.0.0 \
  PORT=4300 \
  COUNTERSIGN_DATA=/data \
  COUNTERSIGN_KEY_FILE=/key/key
WORKDIR /app
COPY --from=modules /app/node_modules node_modules
COPY package.json LICENSE NOTICE ./
COPY catalogs catalogs
COPY core core
COPY ledger ledger
COPY connectors connectors
COPY api api
COPY server server
COPY cli cli
COPY --from=web /app/web/dist web/dist
COPY --from=web /app/ledger/page/dist ledger/page/dist
RUN mkdir -p /data /key && chown node:node /data /key && chmod 700 /data /key
USER node
# The key is a volume of its own, so that no copy of the data holds it by accident.
VOLUME ["/data", "/key"]
EXPOSE 4300
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server/main.ts"]
