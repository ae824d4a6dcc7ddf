//! Chain ladder: volume-weighted factors f_k = Σ C_(k+1) ÷ Σ C_k over the origins that have both ages, and the product of
//! the remaining ones from each origin's last value. It does not know how many points were issued, so a noisy first age
//! blows up the newest origin.

use super::projection::Projection;
use super::triangle::Triangle;
use super::{Refusal, finite};

/// Development from one age to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    pub factor: f64,
    /// Σ of the values the factor divides by.
    pub volume: f64,
    /// σ² = Σ (C_(k+1) − f C_k)² ÷ C_k ÷ (pairs − 1), origins with C_k = 0 left out; none with fewer than two.
    pub variance: Option<f64>,
    /// Origins with C_k ≤ 0: they count in the factor and not in the variance.
    pub without_variance: usize,
}

/// What comes after the last age, as stated by whoever values: a triangle cannot tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tail {
    /// Ultimate ÷ value at the last age.
    pub factor: f64,
    /// Standard error of that factor (parameter).
    pub standard_error: f64,
    /// σ of one more step of development (process): the variance of an origin with value C is σ² C.
    pub sigma: f64,
}

impl Tail {
    /// Nothing comes after the last age: an assumption, certain.
    pub const NONE: Tail = Tail {
        factor: 1.0,
        standard_error: 0.0,
        sigma: 0.0,
    };

    pub(super) fn validate(&self) -> Result<(), Refusal> {
        let checks = [
            ("tail factor", self.factor, self.factor > 0.0),
            (
                "standard error of the tail factor",
                self.standard_error,
                self.standard_error >= 0.0,
            ),
            ("sigma of the tail", self.sigma, self.sigma >= 0.0),
        ];
        for (what, value, good) in checks {
            if !(good && value.abs() <= 1e6) {
                let wanted = "a number from 0 to 1000000 (a factor above 0)";
                return Err(Refusal::Argument {
                    what,
                    value,
                    wanted,
                });
            }
        }
        Ok(())
    }
}

/// A fitted chain ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainLadder {
    /// From age k to k + 1.
    pub steps: Vec<Step>,
    pub tail: Tail,
    pub projection: Projection,
}

impl ChainLadder {
    /// Fits the factors and projects every origin from its last value.
    ///
    /// # Errors
    /// If a factor cannot be formed, or only one age is observed and no tail stated.
    pub fn fit(triangle: &Triangle, tail: Tail) -> Result<ChainLadder, Refusal> {
        tail.validate()?;
        if triangle.ages() < 2 && tail.factor == 1.0 {
            return Err(Refusal::OneAge);
        }
        let steps: Result<Vec<Step>, Refusal> = (0..triangle.ages() - 1)
            .map(|age| step(triangle, age))
            .collect();
        let steps = steps?;
        let projection = project(triangle, &steps, tail);
        finite(&projection.ultimates())?;
        Ok(ChainLadder {
            steps,
            tail,
            projection,
        })
    }

    /// What these factors make of another triangle of as many ages.
    pub fn apply(&self, triangle: &Triangle) -> Projection {
        project(triangle, &self.steps, self.tail)
    }

    /// Factor from each origin's last age to the ultimate, tail included.
    pub fn to_ultimate(&self, triangle: &Triangle) -> Vec<f64> {
        (0..triangle.rows())
            .map(|row| {
                let from = triangle.latest(row).0;
                self.steps
                    .iter()
                    .skip(from)
                    .map(|step| step.factor)
                    .product::<f64>()
                    * self.tail.factor
            })
            .collect()
    }
}

fn step(triangle: &Triangle, age: usize) -> Result<Step, Refusal> {
    let (mut volume, mut next, mut pairs) = (0.0, 0.0, 0);
    for (from, to) in triangle.pairs(age) {
        volume += from;
        next += to;
        pairs += 1;
    }
    if pairs == 0 {
        return Err(Refusal::NoPair { age: age + 1 });
    }
    if volume <= 0.0 {
        return Err(Refusal::NothingToDevelop {
            age: age + 1,
            sum: volume,
        });
    }
    let factor = next / volume;
    let (mut squares, mut used) = (0.0, 0usize);
    for (from, to) in triangle.pairs(age).filter(|(from, _)| *from > 0.0) {
        let miss = to - factor * from;
        squares += miss * miss / from;
        used += 1;
    }
    Ok(Step {
        factor,
        volume,
        variance: (used > 1).then(|| squares / (used - 1) as f64),
        without_variance: pairs - used,
    })
}

fn project(triangle: &Triangle, steps: &[Step], tail: Tail) -> Projection {
    // Values of every origin from its last age on.
    let levels: Vec<Vec<f64>> = (0..triangle.rows())
        .map(|row| {
            let (from, latest) = triangle.latest(row);
            let mut level = latest;
            let mut values = vec![level];
            for step in steps.iter().skip(from) {
                level *= step.factor;
                values.push(level);
            }
            values
        })
        .collect();
    let value = |row: usize, age: usize| {
        let place = age - triangle.latest(row).0;
        levels
            .get(row)
            .and_then(|values| values.get(place))
            .copied()
            .unwrap_or(0.0)
    };
    Projection::new(
        triangle,
        |row, age| value(row, age) - value(row, age - 1),
        |row| value(row, triangle.ages() - 1) * (tail.factor - 1.0),
    )
}
