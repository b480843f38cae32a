//! The authority's own looks at names, its door, and what it takes from the library of certificates.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use ::aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::serve::Listener;
use rcgen::SanType;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{
    CertificateDer, PrivateKeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime,
};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, ServerConfig, SignatureScheme,
};
use tls_listener::TlsListener;
use tls_listener::rustls::{TlsAcceptor, server::TlsStream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use x509_parser::extensions::{GeneralName, ParsedExtension};

/// RFC 8737, section 3: the extension that holds the proof.
const ACME_IDENTIFIER: &str = "1.3.6.1.5.5.7.1.31";

pub(super) fn name(san: &SanType) -> String {
    match san {
        SanType::DnsName(name) => name.as_str().to_owned(),
        other => format!("{other:?}"),
    }
}

pub(super) fn moment(seconds: i64) -> time::OffsetDateTime {
    time::OffsetDateTime::from_unix_timestamp(seconds).unwrap()
}

/// Where the authority itself listens, and its own certificate.
pub(super) async fn door() -> (TcpListener, Arc<ServerConfig>, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    (listener, Arc::new(config), made.cert.pem())
}

pub(super) async fn serve(listener: TcpListener, config: Arc<ServerConfig>, router: Router) {
    let door = Door(TlsListener::new(TlsAcceptor::from(config), listener));
    axum::serve(door, router).await.unwrap();
}

struct Door(TlsListener<TcpListener, TlsAcceptor>);

impl Listener for Door {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            if let Ok(accepted) = self.0.accept().await {
                return accepted;
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// HTTP-01: the text is the proof, and nothing else.
pub(super) async fn by_http(
    at: SocketAddr,
    name: &str,
    token: &str,
    proof: &str,
) -> Result<(), String> {
    let client = reqwest::Client::builder().no_proxy().resolve(name, at);
    let url = format!(
        "http://{name}:{}/.well-known/acme-challenge/{token}",
        at.port()
    );
    let reply = client.build().unwrap().get(url).send().await;
    let text = reply.map_err(|error| error.to_string())?.text().await;
    match text.map_err(|error| error.to_string())? {
        text if text == proof => Ok(()),
        text => Err(format!("another text: {text}")),
    }
}

/// TLS-ALPN-01: the certificate names the one name and nothing else, and carries the proof.
pub(super) async fn by_tls(at: SocketAddr, name: &str, proof: &str) -> Result<(), String> {
    let seen = Arc::new(Seen::default());
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&seen) as _)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"acme-tls/1".to_vec()];
    let server = ServerName::try_from(name.to_owned()).unwrap();
    let mut tls = ClientConnection::new(Arc::new(config), server).unwrap();
    handshake(&mut tls, at)
        .await
        .map_err(|error| error.to_string())?;
    if tls.alpn_protocol() != Some(b"acme-tls/1") {
        return Err("another protocol".to_owned());
    }
    let certificate = seen.0.lock().unwrap().take().ok_or("no certificate")?;
    check(&certificate, name, proof)
}

async fn handshake(tls: &mut ClientConnection, at: SocketAddr) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(at).await?;
    while tls.is_handshaking() || tls.wants_write() {
        let mut out = Vec::new();
        while tls.wants_write() {
            tls.write_tls(&mut out)?;
        }
        stream.write_all(&out).await?;
        if tls.is_handshaking() {
            let mut bytes = [0; 16 * 1024];
            let count = stream.read(&mut bytes).await?;
            if count == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let mut bytes = &bytes[..count];
            while !bytes.is_empty() {
                tls.read_tls(&mut bytes)?;
                tls.process_new_packets().map_err(std::io::Error::other)?;
            }
        }
    }
    Ok(())
}

fn check(certificate: &[u8], name: &str, proof: &str) -> Result<(), String> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).unwrap();
    let names = parsed
        .subject_alternative_name()
        .unwrap()
        .ok_or("no names")?;
    if names.value.general_names != [GeneralName::DNSName(name)] {
        return Err(format!("other names: {:?}", names.value.general_names));
    }
    let found = parsed
        .extensions()
        .iter()
        .find(|extension| extension.oid.to_id_string() == ACME_IDENTIFIER);
    let found = found.ok_or("no proof")?;
    let is_known = !matches!(
        found.parsed_extension(),
        ParsedExtension::UnsupportedExtension { .. }
    );
    // An octet string of 32 bytes within the extension.
    let expected = [&[4, 32], digest(&SHA256, proof.as_bytes()).as_ref()].concat();
    match found.critical && !is_known && found.value == expected {
        true => Ok(()),
        false => Err("another proof".to_owned()),
    }
}

/// Takes any certificate, and remembers it; that whoever shows it has its key is still checked.
#[derive(Debug, Default)]
struct Seen(Mutex<Option<Vec<u8>>>);

impl ServerCertVerifier for Seen {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.0.lock().unwrap() = Some(end_entity.to_vec());
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("TLS 1.3 is expected".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        // By the key alone: the library refuses certificates with a critical extension that it does not know.
        let (_, parsed) = x509_parser::parse_x509_certificate(certificate).unwrap();
        let key = SubjectPublicKeyInfoDer::from(parsed.public_key().raw);
        let algorithms = aws_lc_rs::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature_with_raw_key(message, &key, signature, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        aws_lc_rs::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}
