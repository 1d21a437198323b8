//! A certificate authority that lives as long as a test, and both ends of a TLS connection.
//! Must not know what is said over it.

use std::fs;
use std::io;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, PublicKeyData};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, StreamOwned};
use sha2::{Digest, Sha256};

/// How long anything may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// An authority that only the programs of one test trust.
#[derive(Clone)]
pub(crate) struct Authority {
    certificate: CertificateDer<'static>,
    pem: String,
    issuer: Arc<Issuer<'static, KeyPair>>,
}

/// A certificate of an authority, with its key.
pub(crate) struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    pem: (String, String),
    /// The digest of its public key, as Chromium takes it.
    pub(crate) pin: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "an authority of one test");
        let certificate = params.self_signed(&key).unwrap();
        Self {
            pem: certificate.pem(),
            certificate: certificate.der().clone(),
            issuer: Arc::new(Issuer::new(params, key)),
        }
    }

    /// A certificate for this host name.
    pub(crate) fn issue(&self, name: &str) -> Identity {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &*self.issuer).unwrap();
        Identity {
            chain: vec![certificate.der().clone()],
            pin: BASE64_STANDARD.encode(Sha256::digest(key.subject_public_key_info())),
            pem: (certificate.pem(), key.serialize_pem()),
            key: PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        }
    }

    /// Writes its certificate down for programs that are to trust it.
    pub(crate) fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join("authority.pem");
        fs::write(&path, &self.pem).unwrap();
        path
    }

    /// Connects to a port of this machine as somebody who trusts this authority, whatever name the certificate has to have.
    pub(crate) fn connect(&self, name: &str, port: u16) -> io::Result<Stream> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let config = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
        let socket = TcpStream::connect(("127.0.0.1", port))?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        Ok(StreamOwned::new(connection, socket))
    }
}

/// The client's end.
pub(crate) type Stream = StreamOwned<ClientConnection, TcpStream>;

impl Identity {
    /// What a server with this certificate needs.
    pub(crate) fn server(&self) -> Arc<ServerConfig> {
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(self.chain.clone(), self.key.clone_key());
        Arc::new(config.unwrap())
    }

    /// Writes certificate and key down for a program.
    pub(crate) fn write(&self, folder: &Path) -> (PathBuf, PathBuf) {
        let paths = (folder.join("certificate.pem"), folder.join("key.pem"));
        fs::write(&paths.0, &self.pem.0).unwrap();
        fs::write(&paths.1, &self.pem.1).unwrap();
        paths
    }
}
