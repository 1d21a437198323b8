//! The door: the shell alone, for whoever is not signed in. A fraction of the app's size, so that it opens at once.
//! Must not know the app.

fn main() {
    vetted::shell::start(None);
}
