# Lathe with its web app inside. The last stage keeps Rust, because Lathe compiles the applications that it generates.

FROM node:22-bookworm-slim AS web
WORKDIR /src/webapp
COPY webapp/package.json webapp/package-lock.json ./
RUN npm ci --ignore-scripts
COPY webapp/ ./
# The guide of the dashboard makes the example application.
COPY examples/bookshop /src/examples/bookshop
RUN npm run build

FROM rust:1.95.0-bookworm AS build
# The image's own toolchain is the pinned one; naming it keeps rustup from fetching components that a build does not need.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /src
COPY . .
COPY --from=web /src/webapp/dist webapp/dist
RUN cargo build --locked --release --package cli

FROM rust:1.95.0-slim-bookworm
RUN useradd --create-home --uid 10001 lathe && install -d -o lathe /data
COPY --from=build /src/target/release/lathe /usr/local/bin/lathe
USER lathe
WORKDIR /data
ENTRYPOINT ["lathe"]
CMD ["serve", "--data", "/data"]
