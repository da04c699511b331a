# One image, two programs: `operator` and `responder`. Build: docker build -t backsoon .
FROM node:26-trixie-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts scripts
COPY src src
# The kubectl plugin is for people's machines.
RUN node_modules/.bin/node scripts/build.ts && rm dist/kubectl-backsoon.mjs*

FROM gcr.io/distroless/nodejs26-debian13:nonroot
COPY --from=build /src/dist /app
COPY LICENSE /app/LICENSE
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "/app/backsoon.mjs"]
