//! Just enough HTTP to talk to servers on this machine, over TCP or a Unix socket.
//!
//! It speaks HTTP/1.0: the other side then neither chunks its answer nor keeps the connection open.

use std::{
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

use anyhow::{Context, Result};

use crate::ports;

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

pub(crate) fn get(port: u16, path: &str) -> Result<Answer> {
    exchange(
        ports::connect(port)?,
        &format!("GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n"),
    )
}

/// Sends JSON.
pub(crate) fn post(port: u16, path: &str, body: &str) -> Result<Answer> {
    send(port, "POST", path, &[], body)
}

/// Asks for anything, with further headers; a body is JSON unless one of them says what else.
pub(crate) fn send(
    port: u16,
    method: &str,
    path: &str,
    headers: &[String],
    body: &str,
) -> Result<Answer> {
    let length = body.len();
    let is_said = |header: &String| header.starts_with("Content-Type:");
    let json = "Content-Type: application/json".to_owned();
    let headers: String = headers
        .iter()
        .chain((!headers.iter().any(is_said)).then_some(&json))
        .map(|header| format!("{header}\r\n"))
        .collect();
    exchange(
        ports::connect(port)?,
        &format!(
            "{method} {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        ),
    )
}

pub(crate) fn get_over_socket(socket: &Path, path: &str) -> Result<Answer> {
    let stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    exchange(
        stream,
        &format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n"),
    )
}

fn exchange(mut stream: impl Read + Write, request: &str) -> Result<Answer> {
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let status = text
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.split(' ').nth(1)?.parse().ok());
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok(Answer {
        status: status.context("the answer is not HTTP")?,
        body: body.to_owned(),
    })
}
