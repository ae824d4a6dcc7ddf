//! A law reweighted: from the density f(x) to one proportional to f(x)·w(x), as a quantile table.

use super::quantile_table::{QuantileTable, TableError};
use super::special::Tail;

/// Cells per octave of the tail probability; the weight is integrated in each by two-point Gauss–Legendre.
const PER_OCTAVE: usize = 64;
const OCTAVES: usize = 39;
const SMALLEST: f64 = 1.0 / (1u64 << 40) as f64;

/// Cumulative reweighted mass from one end of the prior to its median.
struct Half {
    /// Prior tail probabilities at the cell edges, rising to ½.
    edges: Vec<f64>,
    /// Reweighted mass up to each edge.
    masses: Vec<f64>,
}

impl Half {
    fn new(weight: impl Fn(f64) -> f64) -> Half {
        let cells = PER_OCTAVE * OCTAVES;
        let edges: Vec<f64> = (0..=cells)
            .map(|i| SMALLEST * libm::exp2(i as f64 / PER_OCTAVE as f64))
            .collect();
        let mut masses = vec![weight(SMALLEST) * SMALLEST];
        for pair in edges.windows(2) {
            let (middle, half) = (0.5 * (pair[0] + pair[1]), 0.5 * (pair[1] - pair[0]));
            let node = half / 1.732_050_807_568_877_2;
            let mass = half * (weight(middle - node) + weight(middle + node));
            masses.push(masses[masses.len() - 1] + mass);
        }
        Half { edges, masses }
    }

    fn total(&self) -> f64 {
        self.masses[self.masses.len() - 1]
    }

    /// Prior tail probability whose reweighted mass from this end is `mass` (at most the half's total).
    fn invert(&self, mass: f64) -> f64 {
        let after = self
            .masses
            .partition_point(|m| *m < mass)
            .min(self.masses.len() - 1);
        if after == 0 {
            return self.edges[0] * (mass / self.masses[0]).clamp(0.0, 1.0);
        }
        let (below, above) = (self.masses[after - 1], self.masses[after]);
        let part = if above > below {
            (mass - below) / (above - below)
        } else {
            0.0
        };
        self.edges[after - 1] + part.clamp(0.0, 1.0) * (self.edges[after] - self.edges[after - 1])
    }
}

/// The law with density proportional to prior(x)·weight(x); weight is positive and bounded on the prior's range.
///
/// # Errors
/// Where the table cannot be built (a weight that is not finite).
pub fn reweighted(
    prior: &QuantileTable,
    weight: impl Fn(f64) -> f64,
) -> Result<QuantileTable, TableError> {
    let lower = Half::new(|p| weight(prior.at_tail(Tail::Lower(p))));
    let upper = Half::new(|q| weight(prior.at_tail(Tail::Upper(q))));
    let total = lower.total() + upper.total();
    let from_lower = |mass: f64| {
        if mass <= lower.total() {
            Tail::Lower(lower.invert(mass))
        } else {
            Tail::Upper(upper.invert(total - mass))
        }
    };
    let from_upper = |mass: f64| {
        if mass <= upper.total() {
            Tail::Upper(upper.invert(mass))
        } else {
            Tail::Lower(lower.invert(total - mass))
        }
    };
    QuantileTable::build(|tail| {
        prior.at_tail(match tail {
            Tail::Lower(p) => from_lower(p * total),
            Tail::Upper(q) => from_upper(q * total),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::laws;

    /// A gamma of shape s weighted by x is the gamma of shape s + 1.
    #[test]
    fn a_gamma_weighted_by_a_power_is_a_gamma() {
        let table = reweighted(&laws::gamma(2.0, 1.0).unwrap(), |x| x).unwrap();
        let expected = laws::gamma(3.0, 1.0).unwrap();
        for u in [1e-4, 0.01, 0.2, 0.5, 0.7, 0.99, 0.9999] {
            let (a, b) = (table.at(u), expected.at(u));
            assert!((a / b - 1.0).abs() < 2e-5, "{u}: {a} {b}");
        }
    }
}
