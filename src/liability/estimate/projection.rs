//! What a method expects of every origin, age by age, and when.

use super::triangle::Triangle;

/// Expected future increments of every origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// Observed so far, by origin.
    pub latest: Vec<f64>,
    /// By origin, increments of the ages after its last, to the last age that the method knows: that of the triangle, or of
    /// a prior pattern that goes beyond it.
    pub future: Vec<Vec<f64>>,
    /// By origin, what is expected later than any age: nothing says when.
    pub tail: Vec<f64>,
}

impl Projection {
    /// From the increment expected of (row, age), and what is expected beyond the last age.
    pub fn new(
        triangle: &Triangle,
        increment: impl Fn(usize, usize) -> f64,
        tail: impl Fn(usize) -> f64,
    ) -> Projection {
        Projection::over(triangle, triangle.ages(), increment, tail)
    }

    /// The same over the first `ages` ages, which may be more than the triangle has.
    pub fn over(
        triangle: &Triangle,
        ages: usize,
        increment: impl Fn(usize, usize) -> f64,
        tail: impl Fn(usize) -> f64,
    ) -> Projection {
        let rows = 0..triangle.rows();
        let future = |row: usize| {
            let next = triangle.latest(row).0 + 1;
            (next..ages.max(triangle.ages()))
                .map(|age| increment(row, age))
                .collect()
        };
        Projection {
            latest: triangle.latest_values(),
            future: rows.clone().map(future).collect(),
            tail: rows.map(tail).collect(),
        }
    }

    /// Expected after the last observation, by origin.
    pub fn reserves(&self) -> Vec<f64> {
        let parts = self.future.iter().zip(&self.tail);
        parts
            .map(|(future, tail)| future.iter().sum::<f64>() + tail)
            .collect()
    }

    /// Expected after the last observation, all origins.
    pub fn reserve(&self) -> f64 {
        self.reserves().iter().sum()
    }

    /// Expected in the end, by origin.
    pub fn ultimates(&self) -> Vec<f64> {
        let parts = self.latest.iter().zip(self.reserves());
        parts.map(|(latest, reserve)| latest + reserve).collect()
    }

    /// Expected in the end, all origins.
    pub fn ultimate(&self) -> f64 {
        self.ultimates().iter().sum()
    }

    /// Expected by period after the valuation, counted from every origin's own last observation: the diagonals of a
    /// regular triangle. What has no age is not in it: nothing says when it comes ([`Self::tail`]).
    pub fn by_period(&self) -> Vec<f64> {
        let periods = self.future.iter().map(Vec::len).max().unwrap_or(0);
        (0..periods)
            .map(|period| self.future.iter().filter_map(|row| row.get(period)).sum())
            .collect()
    }

    /// Expected at the last `ages` ages, of all origins: what a term shorter by so much takes away. Every row ends with the
    /// same age. What has no age ([`Self::tail`]) is not in it.
    pub fn at_last(&self, ages: usize) -> f64 {
        let last = |row: &Vec<f64>| -> f64 { row.iter().rev().take(ages).sum() };
        self.future.iter().map(last).sum()
    }
}
