//! Several measurements of the same thing: their median and spread, in words.
//! Must not know what was measured.

/// What was measured, in the order of the runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Figures(pub(super) Vec<f64>);

impl Figures {
    /// The middle one, or the mean of the two in the middle; not a number when nothing was measured.
    pub(super) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        match (sorted.len(), sorted.len() / 2) {
            (0, _) => f64::NAN,
            (count, half) if count % 2 == 1 => sorted[half],
            (_, half) => f64::midpoint(sorted[half - 1], sorted[half]),
        }
    }

    /// The median with the least and the greatest: `412 (390–455)`.
    pub(super) fn in_words(&self, digits: usize) -> String {
        let least = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        match self.0.len() {
            0 => "none".to_owned(),
            1 => grouped(self.median(), digits),
            _ => format!(
                "{} ({}–{})",
                grouped(self.median(), digits),
                grouped(least, digits),
                grouped(greatest, digits)
            ),
        }
    }

    /// The one number that all of them are, else as [`Figures::in_words`].
    pub(super) fn briefly(&self) -> String {
        match self.0.split_first() {
            Some((first, rest)) if rest.iter().all(|one| one.total_cmp(first).is_eq()) => {
                grouped(*first, 0)
            }
            _ => self.in_words(0),
        }
    }

    /// Each divided by that of the same run.
    pub(super) fn over(&self, other: &Self) -> Self {
        let pairs = self.0.iter().zip(&other.0);
        Self(pairs.map(|(ours, theirs)| ours / theirs).collect())
    }
}

impl FromIterator<f64> for Figures {
    fn from_iter<T: IntoIterator<Item = f64>>(figures: T) -> Self {
        Self(figures.into_iter().collect())
    }
}

/// A number with commas between its thousands.
pub(super) fn grouped(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let (sign, whole) = whole.split_at(whole.len() - whole.trim_start_matches('-').len());
    let mut out = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_and_the_spread_what_is_least_and_greatest() {
        let odd = Figures(vec![30.0, 10.0, 2000.0]);
        assert_eq!(odd.in_words(0), "30 (10–2,000)");
        let even = Figures(vec![4.0, 1.0, 2.0, 3.0]);
        assert_eq!(even.in_words(1), "2.5 (1.0–4.0)");
        assert_eq!(Figures(vec![7.0]).in_words(0), "7");
        assert_eq!(Figures::default().in_words(0), "none");
        assert_eq!(Figures(vec![7.0, 7.0]).briefly(), "7");
        assert_eq!(Figures(vec![7.0, 9.0]).briefly(), "8 (7–9)");
    }

    #[test]
    fn ratios_are_made_run_by_run() {
        let ours = Figures(vec![10.0, 30.0]);
        let theirs = Figures(vec![20.0, 10.0]);
        assert_eq!(ours.over(&theirs), Figures(vec![0.5, 3.0]));
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(1_234_567.0, 0), "1,234,567");
        assert_eq!(grouped(-1234.5, 1), "-1,234.5");
        assert_eq!(grouped(999.0, 0), "999");
    }
}
