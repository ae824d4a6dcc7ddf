//! Guesses against the truth, over replications.

use crate::results::backtest::BacktestRow;

/// Half widths of two-sided normal intervals of 75 % and 95 %, in standard errors.
const HALF_75: f64 = 1.150_349;
const HALF_95: f64 = 1.959_964;

/// What a method said of one book, and what came of it, by vintage.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    pub issued: Vec<f64>,
    pub expected: Vec<f64>,
    pub truth: Vec<f64>,
    /// Standard error of the sum of `expected`.
    pub error: Option<f64>,
    /// Points of all vintages unresolved in the end.
    pub unresolved: f64,
}

impl Guess {
    fn all(&self) -> (f64, f64, f64) {
        let sum = |values: &[f64]| values.iter().sum::<f64>();
        (sum(&self.expected), sum(&self.truth), sum(&self.issued))
    }
}

/// The row of a method at a date, its names left empty.
pub fn score(guesses: &[Guess]) -> BacktestRow {
    let sums: Vec<(f64, f64, f64)> = guesses.iter().map(Guess::all).collect();
    let mean = |of: &dyn Fn(&(f64, f64, f64)) -> f64| {
        let values: Vec<f64> = sums.iter().map(of).collect();
        mean_and_error(&values).map_or(0.0, |(mean, _)| mean)
    };
    let (expected, truth) = (mean(&|s| s.0), mean(&|s| s.1));
    let issued = mean(&|s| s.2);
    let unresolved: f64 = guesses.iter().map(|guess| guess.unresolved).sum();
    // The ratio of means, linearized: its error needs no ratio of one small book.
    let linear = sums
        .iter()
        .map(|(e, t, _)| (e - t * expected / truth) / truth);
    let bias = (truth > 0.0).then(|| mean_and_error(&linear.collect::<Vec<_>>()));
    let of_rate = sums.iter().filter(|sum| sum.2 > 0.0);
    let of_rate: Vec<f64> = of_rate.map(|(e, t, p)| (e - t) / p).collect();
    let of_rate = mean_and_error(&of_rate);
    BacktestRow {
        month_end: String::new(),
        months: 0,
        method: String::new(),
        numbers: guesses.len() as u32,
        expected,
        truth,
        unresolved: if issued > 0.0 {
            unresolved / (issued * guesses.len() as f64)
        } else {
            0.0
        },
        bias: (truth > 0.0).then(|| expected / truth - 1.0),
        bias_error: bias.flatten().and_then(|(_, error)| error),
        bias_of_rate: of_rate.map(|(mean, _)| mean),
        bias_of_rate_error: of_rate.and_then(|(_, error)| error),
        coverage_75: coverage(guesses, HALF_75),
        coverage_95: coverage(guesses, HALF_95),
        margin_75: margin(&sums, 0.75),
        margin_95: margin(&sums, 0.95),
    }
}

/// Bias of the redemption rate of some vintages, with its standard error. None where nothing was issued in them.
pub fn vintage_score(
    guesses: &[Guess],
    vintages: std::ops::Range<usize>,
) -> Option<(f64, Option<f64>)> {
    let of = |guess: &Guess| {
        let sum = |values: &[f64]| -> f64 {
            let part = values.iter().skip(vintages.start);
            part.take(vintages.len()).sum()
        };
        let issued = sum(&guess.issued);
        (issued > 0.0).then(|| (sum(&guess.expected) - sum(&guess.truth)) / issued)
    };
    let values: Vec<f64> = guesses.iter().filter_map(of).collect();
    mean_and_error(&values)
}

/// Mean and, of two or more, its standard error. None of nothing.
fn mean_and_error(values: &[f64]) -> Option<(f64, Option<f64>)> {
    let count = values.len() as f64;
    if values.is_empty() {
        return None;
    }
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    let error = (values.len() > 1).then(|| libm::sqrt(squares / (count - 1.0) / count));
    Some((mean, error))
}

/// Share of the intervals that hold the truth.
fn coverage(guesses: &[Guess], half: f64) -> Option<f64> {
    let stated = guesses.iter().filter_map(|guess| {
        let (expected, truth, _) = guess.all();
        Some((truth - expected).abs() <= half * guess.error?)
    });
    let stated: Vec<bool> = stated.collect();
    let holds = stated.iter().filter(|holds| **holds).count();
    (!stated.is_empty()).then(|| holds as f64 / stated.len() as f64)
}

/// Quantile of truth ÷ expected − 1, linear between order statistics (type 7). None where nothing was expected.
fn margin(sums: &[(f64, f64, f64)], level: f64) -> Option<f64> {
    let mut ratios = Vec::new();
    for (expected, truth, _) in sums {
        if *expected <= 0.0 {
            return None;
        }
        ratios.push(truth / expected - 1.0);
    }
    ratios.sort_by(f64::total_cmp);
    let at = level * (ratios.len().checked_sub(1)?) as f64;
    let (low, part) = (libm::floor(at) as usize, at - libm::floor(at));
    let below = *ratios.get(low)?;
    let above = ratios.get(low + 1).copied().unwrap_or(below);
    Some(below + part * (above - below))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(expected: f64, truth: f64, error: f64) -> Guess {
        Guess {
            issued: vec![150.0, 50.0],
            expected: vec![expected - 10.0, 10.0],
            truth: vec![truth - 30.0, 30.0],
            error: Some(error),
            unresolved: 4.0,
        }
    }

    #[test]
    fn three_books_by_hand() {
        let row = score(&[
            guess(100.0, 80.0, 10.0),
            guess(120.0, 100.0, 15.0),
            guess(110.0, 120.0, 4.0),
        ]);
        assert_eq!((row.expected, row.truth, row.numbers), (110.0, 100.0, 3));
        assert!((row.bias.unwrap() - 0.1).abs() < 1e-12);
        // Residuals e − 1.1 t: 12, 10, −22 per 100: variance (144 + 100 + 484) ÷ 2, over 3 books.
        assert!((row.bias_error.unwrap() - (728.0f64 / 2.0 / 3.0).sqrt() / 100.0).abs() < 1e-12);
        // 20, 20 and −10 of 200 issued.
        assert!((row.bias_of_rate.unwrap() - 0.05).abs() < 1e-12);
        assert_eq!(row.unresolved, 0.02);
        // 20 ≤ 1.96 · 10 fails, 20 ≤ 1.96 · 15 holds, 10 ≤ 1.96 · 4 fails; none within 1.15 errors.
        assert_eq!(row.coverage_95, Some(1.0 / 3.0));
        assert_eq!(row.coverage_75, Some(0.0));
        // −0.2, −1/6, +1/11: half way between the last two at 75 %.
        let wanted = -1.0 / 6.0 + 0.5 * (1.0 / 11.0 + 1.0 / 6.0);
        assert!((row.margin_75.unwrap() - wanted).abs() < 1e-12);
        assert!(row.margin_95.unwrap() < 1.0 / 11.0);
    }

    #[test]
    fn vintages_are_scored_apart() {
        let books = [guess(100.0, 80.0, 1.0), guess(120.0, 100.0, 1.0)];
        // First vintage: 90 − 50 and 110 − 70 of 150; second: 10 − 30 of 50.
        let (first, error) = vintage_score(&books, 0..1).unwrap();
        assert!((first - 40.0 / 150.0).abs() < 1e-12 && error.unwrap() < 1e-12);
        assert!((vintage_score(&books, 1..2).unwrap().0 + 0.4).abs() < 1e-12);
        assert_eq!(vintage_score(&books, 2..5), None);
    }

    #[test]
    fn nothing_is_scored_as_nothing() {
        let row = score(&[]);
        assert_eq!(
            (row.numbers, row.bias, row.coverage_95, row.margin_95),
            (0, None, None, None)
        );
        let one = score(&[guess(0.0, 0.0, 1.0)]);
        assert_eq!(
            (one.bias, one.margin_75, one.bias_of_rate_error),
            (None, None, None)
        );
    }
}
