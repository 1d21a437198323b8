//! The web servers: how each is started with its recipe, and how it ends.
//! Must not know what it is asked.

use std::env;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::recipe::{self, adapted};

/// The name of the real upstream.
const PARTNER_CENTER: &str = "api.partnercenter.microsoft.com";

/// Something that serves the site and relays `/v1/*`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Host {
    /// Its recipe's name in `deploy/`.
    pub(crate) recipe: &'static str,
    /// Writes what it needs and gives the command that starts it.
    command: fn(&Site) -> Command,
    /// The name that the upstream's certificate has to have here.
    pub(crate) upstream: &'static str,
    /// What it says when it does not trust the upstream.
    pub(crate) distrust: u16,
    /// Whether what it does not know in an answer stays behind, too.
    pub(crate) answers_by_list: bool,
    /// Whether it is `relay.mjs`, which writes no log and takes a redirection for no answer at all.
    pub(crate) is_function: bool,
}

/// nginx.
pub(crate) const NGINX: Host = Host {
    recipe: "nginx.conf",
    command: nginx,
    upstream: PARTNER_CENTER,
    distrust: 502,
    answers_by_list: false,
    is_function: false,
};

/// Caddy.
pub(crate) const CADDY: Host = Host {
    recipe: "Caddyfile",
    command: caddy,
    upstream: PARTNER_CENTER,
    distrust: 502,
    answers_by_list: true,
    is_function: false,
};

/// Apache.
pub(crate) const APACHE: Host = Host {
    recipe: "apache.conf",
    command: apache,
    // It has no other way to name the upstream than by its address.
    upstream: "localhost",
    // Nothing to be done about it: the number is fixed in mod_proxy.
    distrust: 500,
    answers_by_list: false,
    is_function: false,
};

/// The function for hosts that run such, in Node.js; what serves the files around it is no recipe.
pub(crate) const RELAY: Host = Host {
    recipe: "relay.mjs",
    command: relay,
    upstream: "localhost",
    distrust: 502,
    answers_by_list: true,
    is_function: true,
};

/// What is particular to one test's set-up.
pub(crate) struct Site<'a> {
    /// Where the server may write.
    pub(crate) folder: &'a Path,
    /// The built site with its `config.json`.
    pub(crate) root: &'a Path,
    /// For https, and for http.
    pub(crate) ports: (u16, u16),
    /// Certificate and key.
    pub(crate) identity: (PathBuf, PathBuf),
    /// The authority whose certificates the upstream may have.
    pub(crate) trusted: PathBuf,
    /// The upstream's port on this machine.
    pub(crate) upstream: u16,
    /// The origin of the sign-in authority.
    pub(crate) sign_in: String,
}

/// A server at work; it ends when this is dropped.
pub(crate) struct Server {
    process: Child,
    folder: PathBuf,
}

impl Host {
    pub(crate) fn start(&self, site: &Site) -> Server {
        let mut command = (self.command)(site);
        let output = File::create(site.folder.join("output.log")).unwrap();
        let process = command
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn();
        let process = process.unwrap_or_else(|error| {
            panic!("cannot start {command:?}: {error}. `cargo xtask test` installs it")
        });
        Server {
            process,
            folder: site.folder.to_owned(),
        }
    }
}

impl Server {
    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.process.try_wait(), Ok(None))
    }

    /// Everything it has written down.
    pub(crate) fn logs(&self) -> String {
        let files = fs::read_dir(&self.folder).unwrap().map(Result::unwrap);
        files
            .filter(|file| file.path().extension().is_some_and(|kind| kind == "log"))
            .map(|file| String::from_utf8_lossy(&fs::read(file.path()).unwrap()).into_owned())
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One process each, by the way they are started. An error means that it is gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Site<'_> {
    fn log(&self) -> String {
        self.folder.join("access.log").display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

/// A program that a variable names, or the first of these that is there.
fn program(variable: &str, places: &[&str]) -> PathBuf {
    let named = env::var_os(variable).map(PathBuf::from);
    let usual = || places.iter().map(PathBuf::from).find(|path| path.is_file());
    named.or_else(usual).unwrap_or_else(|| {
        panic!("{variable} names no program. `cargo xtask test` installs and names it")
    })
}

fn nginx(site: &Site) -> Command {
    let (https, http) = site.ports;
    let program = program("VETTED_NGINX", &["/usr/sbin/nginx"]);
    // Beside the program, wherever the package was unpacked.
    let modules = program
        .ancestors()
        .nth(2)
        .unwrap()
        .join("lib/nginx/modules");
    let recipe = adapted(
        "nginx.conf",
        &[
            ("listen 80;", format!("listen 127.0.0.1:{http};")),
            ("listen 443 ssl", format!("listen 127.0.0.1:{https} ssl")),
            (
                "https://vetted.example",
                format!("https://localhost:{https}"),
            ),
            (
                "server_name vetted.example",
                "server_name localhost".to_owned(),
            ),
            ("/etc/ssl/vetted/fullchain.pem", shown(&site.identity.0)),
            ("/etc/ssl/vetted/key.pem", shown(&site.identity.1)),
            ("/srv/vetted", shown(site.root)),
            ("/var/log/nginx/vetted.log", site.log()),
            ("/etc/ssl/certs/ca-certificates.crt", shown(&site.trusted)),
            (
                "https://api.partnercenter.microsoft.com",
                format!("https://127.0.0.1:{}", site.upstream),
            ),
            ("https://login.microsoftonline.com", site.sign_in.clone()),
        ],
    );
    site.write("vetted.conf", &recipe);
    // What stands around it on a server; one process, so that it ends as one.
    let main = format!(
        "daemon off; master_process off; pid nginx.pid; error_log error.log info;\n\
         load_module {}/ngx_http_brotli_static_module.so;\n\
         events {{}}\n\
         http {{\n\
         client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;\n\
         include vetted.conf;\n}}\n",
        modules.display()
    );
    let main = site.write("nginx.conf", &main);
    let mut command = Command::new(program);
    command.arg("-e").arg(site.folder.join("start.log"));
    command.arg("-p").arg(site.folder).arg("-c").arg(main);
    command
}

fn caddy(site: &Site) -> Command {
    let (https, http) = site.ports;
    let recipe = adapted(
        "Caddyfile",
        &[
            (
                "http_port 80",
                format!("http_port {http}\n\tdefault_bind 127.0.0.1"),
            ),
            ("https_port 443", format!("https_port {https}")),
            (
                "https://vetted.example",
                format!("https://localhost:{https}"),
            ),
            ("vetted.example {", "localhost {".to_owned()),
            ("/etc/ssl/vetted/fullchain.pem", shown(&site.identity.0)),
            ("/etc/ssl/vetted/key.pem", shown(&site.identity.1)),
            ("/srv/vetted", shown(site.root)),
            ("/var/log/caddy/vetted.log", site.log()),
            ("/etc/ssl/certs/ca-certificates.crt", shown(&site.trusted)),
            (
                "reverse_proxy https://api.partnercenter.microsoft.com",
                format!("reverse_proxy https://127.0.0.1:{}", site.upstream),
            ),
            ("https://login.microsoftonline.com", site.sign_in.clone()),
        ],
    );
    let recipe = site.write("Caddyfile", &recipe);
    let mut command = Command::new(program("VETTED_CADDY", &["/usr/bin/caddy"]));
    command.args(["run", "--adapter", "caddyfile", "--config"]);
    // It keeps things in the home folder otherwise.
    command.arg(recipe).env("XDG_CONFIG_HOME", site.folder);
    command.env("XDG_DATA_HOME", site.folder);
    command
}

fn apache(site: &Site) -> Command {
    let (https, http) = site.ports;
    let recipe = adapted(
        "apache.conf",
        &[
            (
                "<VirtualHost *:80>",
                format!("<VirtualHost 127.0.0.1:{http}>"),
            ),
            (
                "<VirtualHost *:443>",
                format!("<VirtualHost 127.0.0.1:{https}>"),
            ),
            (
                "https://vetted.example",
                format!("https://localhost:{https}"),
            ),
            (
                "ServerName vetted.example",
                "ServerName localhost".to_owned(),
            ),
            ("/etc/ssl/vetted/fullchain.pem", shown(&site.identity.0)),
            ("/etc/ssl/vetted/key.pem", shown(&site.identity.1)),
            ("/srv/vetted", shown(site.root)),
            ("/var/log/apache2/vetted.log", site.log()),
            ("/etc/ssl/certs/ca-certificates.crt", shown(&site.trusted)),
            (
                "https://api.partnercenter.microsoft.com",
                format!("https://localhost:{}", site.upstream),
            ),
            ("https://login.microsoftonline.com", site.sign_in.clone()),
        ],
    );
    // What Debian has around it; the modules are those that the recipe says to switch on.
    let (_, named) = recipe.split_once("a2enmod ").unwrap();
    let named = named.lines().next().unwrap().split(' ');
    let modules = [
        "mpm_event",
        "authn_core",
        "authz_core",
        "authz_host",
        "alias",
    ];
    let load =
        |name: &str| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n");
    let load: String = modules.into_iter().chain(named).map(load).collect();
    site.write("vetted.conf", &recipe);
    let folder = site.folder.display();
    let user = match fs::metadata("/proc/self").unwrap().uid() {
        0 => "User www-data\nGroup www-data\n",
        _ => "",
    };
    let main = format!(
        "{load}{user}ServerRoot {folder}\nDefaultRuntimeDir {folder}\nThreadLimit 150\nThreadsPerChild 150\nMaxRequestWorkers 150\nPidFile httpd.pid\nMutex file:{folder} default\n\
         ErrorLog error.log\nTypesConfig /dev/null\nServerName localhost\nListen 127.0.0.1:{http}\nListen 127.0.0.1:{https}\n\
         <Directory />\nRequire all denied\n</Directory>\nInclude vetted.conf\n"
    );
    let main = site.write("apache2.conf", &main);
    let mut command = Command::new(program("VETTED_APACHE", &["/usr/sbin/apache2"]));
    // One process, so that it ends as one.
    command.arg("-X").arg("-f").arg(main);
    command
}

fn relay(site: &Site) -> Command {
    // The shipped file as it is: what differs are settings. The headers of the files name the authority.
    let headers = site.root.join("_headers");
    let text = fs::read_to_string(&headers).unwrap();
    let text = text.replace("https://login.microsoftonline.com", &site.sign_in);
    fs::write(&headers, text).unwrap();
    let settings = json!({
        "site": site.root, "port": site.ports.0, "cert": site.identity.0, "key": site.identity.1,
        "upstream": format!("https://localhost:{}", site.upstream),
    });
    let node = env::var_os("VETTED_NODE").unwrap_or_else(|| "node".into());
    let mut command = Command::new(node);
    command.arg(recipe::path("tests/relay/host.mjs"));
    command.arg(settings.to_string());
    command.env("NODE_EXTRA_CA_CERTS", &site.trusted);
    command
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
