# One file for the five Node services; compose.yaml picks a target each. Node runs the TypeScript sources as they are.
ARG NODE_IMAGE=node:24-trixie-slim
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
ENV NPM_CONFIG_UPDATE_NOTIFIER=false NPM_CONFIG_FUND=false NPM_CONFIG_AUDIT=false
# Nothing here needs an install script: lmdb comes with a prebuilt binary of its own package.
ENV NPM_CONFIG_IGNORE_SCRIPTS=true
# What npm installs all the same and no container uses: PostgreSQL for running without containers, and tools of tests
# that another workspace has among its own dependencies.
ENV UNUSED="@embedded-postgres @types undici-types fast-check pure-rand"
COPY package.json package-lock.json ./
COPY packages/alerts/package.json packages/alerts/
COPY packages/core/package.json packages/core/
COPY packages/feed/package.json packages/feed/
COPY packages/folders/package.json packages/folders/
COPY packages/live/package.json packages/live/
COPY packages/runtime/package.json packages/runtime/
COPY packages/store/package.json packages/store/
COPY services/backend/package.json services/backend/
COPY services/client/package.json services/client/
COPY services/generator/package.json services/generator/
COPY services/notifier/package.json services/notifier/
COPY services/standalone/package.json services/standalone/
COPY services/subscriber/package.json services/subscriber/
COPY deploy/grafana/package.json deploy/grafana/
COPY test/package.json test/
COPY bench/package.json bench/

# What each service needs at run time, by the lockfile.
FROM manifests AS generator-modules
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace @tickwatch/generator \
    && cd node_modules && rm -rf $UNUSED

FROM manifests AS subscriber-modules
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace @tickwatch/subscriber \
    && cd node_modules && rm -rf $UNUSED \
    && node -e "require('lmdb').open({ path: '/tmp/probe' })"

FROM manifests AS backend-modules
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace @tickwatch/backend \
    && cd node_modules && rm -rf $UNUSED

FROM manifests AS notifier-modules
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace @tickwatch/notifier \
    && cd node_modules && rm -rf $UNUSED

# The client's other dependencies end up in its bundle; its server needs these alone.
FROM manifests AS client-modules
COPY deploy/node/keep-modules.mjs ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace @tickwatch/client \
    && node keep-modules.mjs sirv @tickwatch/core @tickwatch/runtime

FROM manifests AS client-bundle
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace @tickwatch/client
COPY tsconfig.json ./
COPY packages/core packages/core
COPY packages/runtime packages/runtime
COPY services/client services/client
RUN npm run build --workspace @tickwatch/client

FROM ${NODE_IMAGE} AS service
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY deploy/node/healthcheck.mjs ./
# What --help says of settings.
COPY docs/settings.md docs/
COPY package.json ./
COPY packages/core packages/core
COPY packages/folders packages/folders
COPY packages/runtime packages/runtime
# The interval is the time between a start and being known as healthy, too.
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=6 CMD ["node", "/app/healthcheck.mjs"]
USER node

FROM service AS stock_generator
ENV PORT=9101
COPY packages/feed packages/feed
COPY --from=generator-modules /app/node_modules node_modules
COPY services/generator services/generator
CMD ["node", "services/generator/src/main.ts"]

FROM service AS subscriber
ENV PORT=9102 DATA_DIR=/data
USER root
RUN install -d -o node -g node /data
USER node
COPY packages/alerts packages/alerts
COPY packages/feed packages/feed
COPY packages/live packages/live
COPY packages/store packages/store
COPY --from=subscriber-modules /app/node_modules node_modules
COPY services/subscriber services/subscriber
CMD ["node", "services/subscriber/src/main.ts"]

FROM service AS backend
ENV PORT=5050 FILES_DIR=/files
USER root
RUN install -d -o node -g node /files
USER node
COPY packages/alerts packages/alerts
COPY packages/live packages/live
COPY packages/store packages/store
COPY --from=backend-modules /app/node_modules node_modules
COPY services/backend services/backend
CMD ["node", "services/backend/src/main.ts"]

FROM service AS notifier
ENV PORT=9103
COPY packages/live packages/live
COPY packages/store packages/store
COPY --from=notifier-modules /app/node_modules node_modules
COPY services/notifier services/notifier
CMD ["node", "services/notifier/src/main.ts"]

FROM service AS client
ENV PORT=8080
COPY --from=client-modules /app/node_modules node_modules
COPY services/client/package.json services/client/
COPY services/client/server services/client/server
COPY --from=client-bundle /app/services/client/dist services/client/dist
CMD ["node", "services/client/server/main.ts"]
