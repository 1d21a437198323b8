//! Chance that can be had again: the same seed throws the same.
//! Must not know what is decided by it.

/// A repeatable sequence of numbers (the SplitMix64 generator).
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// The sequence of a seed, for one of several players.
    pub(super) fn new(seed: u64, player: u64) -> Self {
        Self(
            Self(
                seed.wrapping_mul(0x2545_F491_4F6C_DD1D)
                    .wrapping_add(player),
            )
            .next(),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `from` up to, not including, `end`.
    pub(super) fn between(&mut self, from: u64, end: u64) -> u64 {
        from + self.next() % (end - from).max(1)
    }

    /// Whether something happens that happens in so many of a hundred cases.
    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    /// One of these. There must be one.
    pub(super) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        let at = self.next() % from.len().max(1) as u64;
        from[usize::try_from(at).unwrap_or(0)].clone()
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_same_seed_and_player_throw_the_same_and_others_differ() {
        let throws = |seed, player| {
            let mut dice = Dice::new(seed, player);
            (0..20).map(|_| dice.between(10, 1000)).collect::<Vec<_>>()
        };
        assert_eq!(throws(1, 2), throws(1, 2));
        assert_ne!(throws(1, 2), throws(1, 3));
        assert_ne!(throws(1, 2), throws(2, 2));
        assert!(throws(3, 3).iter().all(|throw| (10..1000).contains(throw)));
    }
}
