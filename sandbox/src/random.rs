//! Made-up values: a repeatable sequence of numbers, GUIDs and secrets.
//! Not fit for real secrets, and must not be used outside the sandbox.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// A repeatable sequence of pseudo-random numbers (the SplitMix64 generator).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The sequence that belongs to this seed.
    #[must_use]
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The sequence that belongs to this seed and this text (by the FNV-1a hash).
    #[must_use]
    pub(crate) fn of(seed: u64, text: &str) -> Self {
        let hash = text.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        Self(Self(seed ^ hash).next_u64())
    }

    /// Passes one number over.
    pub(crate) fn skip(&mut self) {
        self.next_u64();
    }

    /// The next number.
    pub(crate) fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, not including, `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next_u64() % end.max(1) as u64).unwrap_or(0)
    }

    /// One of these.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// A GUID of the random kind.
    pub(crate) fn guid(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.next_u64().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next_u64().to_be_bytes());
        Builder::from_random_bytes(bytes).into_uuid()
    }

    /// A secret with a prefix that is easy to search for, 64 hexadecimal digits long after it.
    pub(crate) fn secret(&mut self, prefix: &str) -> String {
        let mut out = String::from(prefix);
        for _ in 0..4 {
            let _ = write!(out, "{:016x}", self.next_u64());
        }
        out
    }
}

/// What an access token starts with.
pub(crate) const ACCESS_TOKEN: &str = "sbx-access-";
/// What a refresh token starts with.
pub(crate) const REFRESH_TOKEN: &str = "sbx-refresh-";
/// What the third part of an ID token starts with.
pub(crate) const ID_TOKEN: &str = "sbx-id-";

/// Whether a text contains a token of the sandbox.
#[must_use]
pub(crate) fn is_token(text: &str) -> bool {
    [ACCESS_TOKEN, REFRESH_TOKEN, ID_TOKEN]
        .iter()
        .any(|prefix| text.contains(prefix))
}

/// Eight hexadecimal digits that stand for a secret: equal for equal secrets, and of no use to anyone.
#[must_use]
pub(crate) fn fingerprint(secret: &str) -> String {
    Sha256::digest(secret.as_bytes())
        .iter()
        .take(4)
        .fold(String::new(), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}
