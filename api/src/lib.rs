//! The HTTP face: REST, OpenAPI, WebSocket and the web app.
