//! The id of a text's key: 32 bits of FNV-1a, by which the texts of a fetched language are found without the keys' names in
//! the program. `build.rs` compiles this file too, so that both count alike.
//! Must not know which keys there are.

/// What every id begins with.
pub const START: u32 = 0x811c_9dc5;

/// The id of a key that goes on with `more`, from the id of its beginning.
pub const fn extended(id: u32, more: &str) -> u32 {
    let (bytes, mut id, mut at) = (more.as_bytes(), id, 0);
    while at < bytes.len() {
        id = (id ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    id
}
