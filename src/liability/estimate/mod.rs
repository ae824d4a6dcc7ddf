//! Estimators of the ultimate number of points redeemed, on development triangles and on lots, side by side.
//!
//! Rows of a triangle are origins (the month or year of issue), columns are ages; a cell is what was redeemed of the
//! origin up to that age. Every method states the base of its rates. What a triangle cannot tell is refused with the
//! reason, never guessed:
//!
//! | in the triangle | what happens |
//! |---|---|
//! | a row ends earlier or later than the diagonal | each row is projected from its own last age |
//! | first ages of old rows missing | factors use the pairs that exist; increments need both ends; the bootstrap refuses |
//! | a cell missing inside a row | as above |
//! | a cumulative value that falls | kept; Poisson methods refuse where an age or row sums to less than 0 |
//! | an age whose earlier values sum to 0 | chain ladder refuses: a factor is a division by it |
//! | a row of zeros | chain ladder projects 0; the additive method does not |
//! | first rows without points issued and redeemed | ages that only they reach are none ([`triangle::Triangle::without_void_ages`]) |
//! | one age only | refused by all that develop; rates to date are labeled naive |
//! | values beyond ±1e30, not finite | refused when the triangle is made |

pub mod additive;
pub mod bootstrap;
pub mod bornhuetter_ferguson;
pub mod chain_ladder;
pub mod competing_risks;
pub mod mack;
pub mod matured;
pub mod over_dispersed_poisson;
pub mod projection;
pub mod sigma;
pub mod triangle;

use std::fmt;

/// Why a method gives no number. Ages count from 1.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Only one age is observed and no tail is stated: nothing says what comes after it.
    OneAge,
    /// No origin is observed at both ages.
    NoPair { age: usize },
    /// The values that a factor divides by do not sum to something positive.
    NothingToDevelop { age: usize, sum: f64 },
    /// A factor is not positive: errors of products of factors make no sense.
    FactorNotPositive { age: usize, factor: f64 },
    /// No age has two pairs: no variance can be estimated.
    NoVariance,
    /// Fewer than two ages have a positive variance: a log-linear rule has nothing to extrapolate.
    NoTrend,
    /// The method needs issued points and there are none.
    NoIssued,
    /// Points issued are given, and all of them are zero.
    NothingIssued,
    /// No origin observed at this age has issued points.
    NoExposure { age: usize },
    /// Increments of an age or origin sum to less than zero; a Poisson mean cannot.
    NegativeSum {
        what: &'static str,
        position: usize,
        sum: f64,
    },
    /// No more observations than parameters: no dispersion can be estimated.
    NoDegreesOfFreedom,
    /// The normal equations are singular.
    Singular,
    /// The fit did not settle.
    NoConvergence,
    /// A method for complete triangles met a gap.
    Gap { origin: usize },
    /// No origin is as old as the stated maturity.
    NoneMatured { age: usize },
    /// A number asked for makes no sense.
    Argument {
        what: &'static str,
        value: f64,
        wanted: &'static str,
    },
    /// The result is not a finite number.
    NotFinite,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::OneAge => write!(
                f,
                "only one age is observed: state a tail, or wait for the next"
            ),
            Refusal::NoPair { age } => {
                write!(
                    f,
                    "no origin is observed at both ages {age} and {}",
                    age + 1
                )
            }
            Refusal::NothingToDevelop { age, sum } => {
                write!(
                    f,
                    "values at age {age} that are followed by another sum to {sum}: no factor from them"
                )
            }
            Refusal::FactorNotPositive { age, factor } => {
                write!(
                    f,
                    "the factor from age {age} is {factor}: its error has no meaning"
                )
            }
            Refusal::NoVariance => write!(
                f,
                "no age has two origins to compare: no variance can be estimated"
            ),
            Refusal::NoTrend => {
                write!(
                    f,
                    "fewer than two ages vary: there is no log-linear trend for the last variance"
                )
            }
            Refusal::NoIssued => write!(f, "points issued are not given"),
            Refusal::NothingIssued => {
                write!(f, "no points were issued: all that are given are zero")
            }
            Refusal::NoExposure { age } => {
                write!(f, "no origin observed at age {age} issued points")
            }
            Refusal::NegativeSum {
                what,
                position,
                sum,
            } => {
                write!(
                    f,
                    "increments of {what} {position} sum to {sum}: a Poisson mean is not negative"
                )
            }
            Refusal::NoDegreesOfFreedom => write!(f, "no more observations than parameters"),
            Refusal::Singular => write!(
                f,
                "parts of the triangle are not connected: its parameters are not determined"
            ),
            Refusal::NoConvergence => write!(f, "the fit does not settle"),
            Refusal::Gap { origin } => {
                write!(f, "row {origin} has a gap: the method needs complete rows")
            }
            Refusal::NoneMatured { age } => write!(f, "no origin is {age} ages old"),
            Refusal::Argument {
                what,
                value,
                wanted,
            } => write!(f, "the {what} is {value}, but must be {wanted}"),
            Refusal::NotFinite => write!(f, "the result is not a finite number"),
        }
    }
}

impl std::error::Error for Refusal {}

pub(crate) fn finite(values: &[f64]) -> Result<(), Refusal> {
    if values.iter().all(|value| value.is_finite()) {
        Ok(())
    } else {
        Err(Refusal::NotFinite)
    }
}

#[cfg(test)]
pub(crate) mod tests;
