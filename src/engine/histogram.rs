//! Log-spaced histogram bins for money of either sign: four bins per octave, exact integer edges.

/// Bins per sign: zero has its own bin; four per octave up to 2⁴⁰ minor units, the last bin open.
const PER_SIGN: usize = 4 * 40;
/// Total number of bins.
pub const BINS: usize = 2 * PER_SIGN + 1;

/// Bin of an amount: 0..BINS, increasing with the amount; the middle bin holds exactly zero.
#[inline]
pub fn bin_of(amount: i64) -> usize {
    if amount == 0 {
        return PER_SIGN;
    }
    let magnitude = amount.unsigned_abs();
    let octave = 63 - magnitude.leading_zeros() as usize;
    let quarter = if octave >= 2 {
        (magnitude >> (octave - 2)) & 3
    } else {
        (magnitude << (2 - octave)) & 3
    };
    let index = (octave * 4 + quarter as usize).min(PER_SIGN - 1);
    if amount > 0 {
        PER_SIGN + 1 + index
    } else {
        PER_SIGN - 1 - index
    }
}

/// Smallest and largest magnitude edges of a bin: amounts `a` with `lower ≤ a < upper` (as reals, minor units).
/// The zero bin is (0, 0); the outermost bins are closed at 2⁴⁰ by convention although they hold everything beyond.
pub fn bin_edges(bin: usize) -> (f64, f64) {
    let edge = |index: usize| {
        let (octave, quarter) = (index / 4, index % 4);
        (1u64 << octave) as f64 * (1.0 + quarter as f64 / 4.0)
    };
    match bin.cmp(&PER_SIGN) {
        std::cmp::Ordering::Equal => (0.0, 0.0),
        std::cmp::Ordering::Greater => {
            let index = bin - PER_SIGN - 1;
            (edge(index), edge(index + 1))
        }
        std::cmp::Ordering::Less => {
            let index = PER_SIGN - 1 - bin;
            (-edge(index + 1), -edge(index))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_amount_lies_in_its_bin_and_bins_increase() {
        let mut last = 0;
        for amount in (-5000..=5000).chain([1 << 20, (1 << 39) + 7, (1 << 40) - 1]) {
            let bin = bin_of(amount);
            assert!(bin >= last && bin < BINS);
            last = bin;
            let (lo, hi) = bin_edges(bin);
            let a = amount as f64;
            if amount > 0 {
                assert!(lo <= a && a < hi, "{amount} in [{lo}, {hi})");
            } else if amount < 0 {
                assert!(lo < a && a <= hi, "{amount} in ({lo}, {hi}]");
            }
        }
        assert_eq!(bin_of(i64::MAX), BINS - 1);
        assert_eq!(bin_of(i64::MIN), 0);
    }
}
