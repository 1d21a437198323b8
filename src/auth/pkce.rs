//! Proof Key for Code Exchange (RFC 7636): the verifier that stays here and the challenge that is sent ahead.
//! Must not know where randomness and SHA-256 come from: the browser computes both.

use base64ct::{Base64UrlUnpadded, Encoding};

/// 32 random bytes as text: a verifier (RFC 7636 section 4.1), and as good for `state` and `nonce`.
pub(super) fn secret(random: &[u8; 32]) -> String {
    Base64UrlUnpadded::encode_string(random)
}

/// The `S256` challenge, from the SHA-256 digest of the verifier (RFC 7636 section 4.2).
pub(super) fn challenge(digest_of_verifier: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(digest_of_verifier)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    // RFC 7636 appendix B. The step between, SHA-256, is the browser's: the test in `browser.rs` takes it in a browser.
    pub(in crate::auth) const RANDOM: [u8; 32] = [
        116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37,
        77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
    ];
    pub(in crate::auth) const DIGEST: [u8; 32] = [
        19, 211, 30, 150, 26, 26, 216, 236, 47, 22, 177, 12, 76, 152, 46, 8, 118, 168, 120, 173,
        109, 241, 68, 86, 110, 225, 137, 74, 203, 112, 249, 195,
    ];
    pub(in crate::auth) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    pub(in crate::auth) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_verifier_is_that_of_rfc_7636_appendix_b() {
        assert_eq!(secret(&RANDOM), VERIFIER);
    }

    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        assert_eq!(challenge(&DIGEST), CHALLENGE);
    }

    #[test]
    fn a_secret_keeps_to_the_alphabet_and_length_of_a_verifier() {
        let text = secret(&[0xff; 32]);
        assert!((43..=128).contains(&text.len()));
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
        );
    }
}
