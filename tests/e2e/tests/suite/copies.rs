//! Copies of the built site, for tests that change it.

use std::fs;
use std::path::{Path, PathBuf};

use e2e::built_site;

/// A copy of the built site in a folder of this test's own.
pub(crate) fn copy_of_site(test: &str) -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    // What an earlier run left behind.
    let _ = fs::remove_dir_all(&copy);
    fs::create_dir_all(&copy).unwrap();
    for file in fs::read_dir(built_site()).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), copy.join(file.file_name())).unwrap();
    }
    copy
}
