//! The app: the shell with everything in it. Started when somebody comes back from signing in; see `boot.mjs`.
//! Must not know anything else.

fn main() {
    vetted::shell::start(Some(vetted::app::APP));
}
