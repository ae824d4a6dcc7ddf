//! A monotone inverse CDF as a table of cubics, precise in both tails, evaluated without division, branch or logarithm.
//!
//! The unit interval is split at one half; each half is cut into octaves of its own tail probability v (v = u below,
//! v = 1 − u above) from 1/2 down to 2⁻⁴⁰, and each octave into 16 equal cells. In a cell the inverse CDF is the cubic
//! through four exact values: both ends, and the two points that make the error of interpolation smallest under that
//! constraint (Chebyshev nodes of degree 4, stretched until the outer two meet the ends). So neighbors join without a
//! jump and the values at the cell ends are those of the law. A cubic that is not monotone on its cell (a law with a
//! sharp corner) is replaced by the straight line between the ends.
//!
//! The cell and the place in it are read off the bits of the f64 v: exponent and four leading bits of the mantissa are
//! the cell, the other 48 bits the place. Beyond 2⁻⁴⁰ on either side the value at 2⁻⁴⁰ is returned: a table is a
//! bounded law, with a known largest value.
//!
//! Largest relative error measured over all cells: lognormal of log-sd 0.6 / 1.5: 1.9e-8 / 1.2e-7; beta(1.2, 30) 2.1e-8;
//! inverse gamma of shape 1.5 / 3.74: 8.3e-8 / 2.5e-8. Gamma, where the value is at least a thousandth of the mean: shape
//! 0.2 / 0.553 / 1.3 / 50: 8.2e-7 / 4.5e-8 / 2.2e-8 / 2.4e-9; below that a quantile is proportional to u^(1/shape), for
//! small shapes a high power, and the relative error of the negligible value grows with it. Standard normal: 1.5e-8
//! absolutely.

use rand::{Rng, RngExt};

use super::special::Tail;

/// Octaves of the tail probability on each side: cells reach from 2⁻⁴⁰ to 1/2.
const OCTAVES: usize = 39;
const CELLS_PER_OCTAVE: usize = 16;
/// Cells on one side of the median.
const HALF: usize = OCTAVES * CELLS_PER_OCTAVE;
/// All cells, in the order of u, so that the cells around the median, which serve most draws, are neighbors.
const CELLS: usize = 2 * HALF;
/// The smallest tail probability that is told apart from smaller ones.
const SMALLEST: f64 = 1.0 / (1u64 << 40) as f64;
/// 2³³, the scale of the hot path: v = (2·word + 1) / 2³³.
const WORD_SCALE: f64 = (1u64 << 33) as f64;
const MANTISSA_BITS: u32 = 52;
const CELL_SHIFT: u32 = MANTISSA_BITS - 4;
/// Exponent and leading mantissa bits of 2⁻⁴⁰·2³³ = 2⁻⁷, the lower end of the first cell on the scale of the hot path.
const FIRST_CELL: u64 = (1023 - 7) * CELLS_PER_OCTAVE as u64;
const PLACE_MASK: u64 = (1 << CELL_SHIFT) - 1;
const ONE_BITS: u64 = 1023 << MANTISSA_BITS;
/// 2⁵²: a float of this exponent has its integer in the low bits.
const INTEGER: f64 = 4_503_599_627_370_496.0;
/// Inner interpolation points: (1 ∓ tan(π/8)) / 2.
const INNER: [f64; 2] = [0.292_893_218_813_452_5, 0.707_106_781_186_547_5];

/// Why a table could not be built.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TableError {
    /// The quantile at this place is not a finite number.
    NotFinite(Tail),
    /// The quantile at this place is below the quantile at the place before it.
    Decreasing(Tail),
}

impl std::fmt::Display for TableError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TableError::NotFinite(tail) => write!(f, "the quantile at {tail:?} is not finite"),
            TableError::Decreasing(tail) => write!(f, "the quantile decreases at {tail:?}"),
        }
    }
}

impl std::error::Error for TableError {}

/// An inverse CDF as a table (39,936 bytes). See the module's documentation.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantileTable {
    /// Coefficients c₀..c₃ of each cell in its place t ∈ [0, 1), which grows with the tail probability of its side.
    cells: Box<[[f64; 4]; CELLS]>,
}

impl QuantileTable {
    /// Tabulates a law given by its quantiles, asked for by the tail that is at most one half.
    ///
    /// # Errors
    /// If a quantile is not finite or smaller than one at a lower probability.
    pub fn build(quantile: impl Fn(Tail) -> f64) -> Result<QuantileTable, TableError> {
        let mut cells = vec![[0.0; 4]; CELLS];
        for (side, tail) in [
            (0, Tail::Lower as fn(f64) -> Tail),
            (1, Tail::Upper as fn(f64) -> Tail),
        ] {
            for cell in 0..HALF {
                let width = cell_width(cell);
                let start = width * (CELLS_PER_OCTAVE + cell % CELLS_PER_OCTAVE) as f64;
                let places = [0.0, INNER[0], INNER[1], 1.0].map(|t| tail(start + width * t));
                let values = places.map(&quantile);
                check(&places, &values, side)?;
                let index = if side == 0 { cell } else { CELLS - 1 - cell };
                cells[index] = monotone_cubic(values);
            }
        }
        let cells: Box<[[f64; 4]]> = cells.into_boxed_slice();
        // The length was fixed by `vec!` above, so the conversion cannot fail.
        Ok(QuantileTable {
            cells: cells.try_into().expect("the table has exactly CELLS cells"),
        })
    }

    /// The table that always returns `value` (a degenerate law).
    pub fn constant(value: f64) -> QuantileTable {
        QuantileTable {
            cells: Box::new([[value, 0.0, 0.0, 0.0]; CELLS]),
        }
    }

    /// The quantile at `u` ∈ (0, 1). A `u` outside is taken as the nearest end.
    ///
    /// Close to 1, `1 − u` is exact for the f64 `u`, but `u` itself is coarse: ask [`QuantileTable::at_tail`].
    pub fn at(&self, u: f64) -> f64 {
        self.at_tail(Tail::Lower(u))
    }

    /// The quantile at a tail probability.
    pub fn at_tail(&self, tail: Tail) -> f64 {
        let (v, mask) = match tail {
            Tail::Lower(p) if p < 0.5 => (p, 0),
            Tail::Lower(p) => (1.0 - p, usize::MAX),
            Tail::Upper(q) if q < 0.5 => (q, usize::MAX),
            Tail::Upper(q) => (1.0 - q, 0),
        };
        if v == 0.5 {
            // The end of the cell just below the median; the same number begins the cell above it.
            return evaluate(&self.cells[HALF - 1], 1.0);
        }
        let v = if v > SMALLEST { v } else { SMALLEST };
        self.evaluate_scaled(v * WORD_SCALE, mask)
    }

    /// The quantile at u = (`word` + ½) / 2³².
    #[inline(always)]
    pub fn at_word(&self, word: u32) -> f64 {
        // All ones where u > 1/2: then the word is complemented, which turns u into 1 − u.
        let mask = ((word as i32) >> 31) as u32;
        let folded = f64::from((word ^ mask) << 1 | 1);
        self.evaluate_scaled(folded, mask as i32 as usize)
    }

    /// Cell and place in it of u = (`word` + ½) / 2³², the word in a 64-bit lane: the part of [`QuantileTable::at_word`]
    /// that is array code.
    #[inline(always)]
    pub fn place(word: u64) -> (u32, f64) {
        let mask = 0u64.wrapping_sub(word >> 31);
        let folded = ((word ^ mask) & 0xFFFF_FFFF) << 1 | 1;
        // A number below 2³³ becomes a float by way of the mantissa.
        let scaled = f64::from_bits(folded | INTEGER.to_bits()) - INTEGER;
        let bits = scaled.to_bits();
        let cell = (bits >> CELL_SHIFT).wrapping_sub(FIRST_CELL);
        let index = (cell ^ mask).wrapping_add(CELLS as u64 & mask);
        let t = f64::from_bits((bits & PLACE_MASK) << 4 | ONE_BITS) - 1.0;
        (index as u32, t)
    }

    /// The quantile at a place of a cell.
    #[inline(always)]
    pub fn at_place(&self, cell: u32, t: f64) -> f64 {
        evaluate(&self.cells[(cell as usize).min(CELLS - 1)], t)
    }

    /// `scaled` = v·2³³ with v ∈ [2⁻⁴⁰, 1/2); `mask` is all ones on the upper side, else zero.
    #[inline(always)]
    fn evaluate_scaled(&self, scaled: f64, mask: usize) -> f64 {
        let bits = scaled.to_bits();
        let cell = ((bits >> CELL_SHIFT) - FIRST_CELL) as usize;
        // Mirrored on the upper side: CELLS − 1 − cell.
        let index = (cell ^ mask).wrapping_add(CELLS & mask);
        let t = f64::from_bits((bits & PLACE_MASK) << 4 | ONE_BITS) - 1.0;
        evaluate(&self.cells[index.min(CELLS - 1)], t)
    }

    /// The mean of the tabulated law, by exact integration of the cubics.
    pub fn mean(&self) -> f64 {
        let mut sum = 0.0;
        for (index, cell) in self.cells.iter().enumerate() {
            let from_the_end = if index < HALF {
                index
            } else {
                CELLS - 1 - index
            };
            sum += cell_width(from_the_end)
                * (cell[0] + cell[1] / 2.0 + cell[2] / 3.0 + cell[3] / 4.0);
        }
        sum + SMALLEST * (self.min() + self.max())
    }

    /// The mean of `f` over the tabulated law: Gauss–Legendre with five points in each cell, for set-up work.
    pub fn mean_of(&self, f: impl Fn(f64) -> f64) -> f64 {
        let mut sum = 0.0;
        for (index, cell) in self.cells.iter().enumerate() {
            let from_the_end = if index < HALF {
                index
            } else {
                CELLS - 1 - index
            };
            let inside: f64 = GAUSS_5
                .iter()
                .map(|(t, weight)| weight * f(evaluate(cell, *t)))
                .sum();
            sum += cell_width(from_the_end) * inside;
        }
        sum + SMALLEST * (f(self.min()) + f(self.max()))
    }

    /// The smallest value the table can return.
    pub fn min(&self) -> f64 {
        self.cells[0][0]
    }

    /// The largest value the table can return: the quantile at 1 − 2⁻⁴⁰.
    pub fn max(&self) -> f64 {
        self.cells[CELLS - 1][0]
    }
}

impl rand_distr::Distribution<f64> for QuantileTable {
    /// Draws with 53 random bits, told from the nearer end so that both tails are equally fine.
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let bits: u64 = rng.random();
        let v = ((bits >> 11) as f64 + 0.5) / (1u64 << 54) as f64;
        self.at_tail(if bits & 1 == 0 {
            Tail::Lower(v)
        } else {
            Tail::Upper(v)
        })
    }
}

/// Nodes and weights of Gauss–Legendre with five points on [0, 1] (Abramowitz & Stegun table 25.4).
const GAUSS_5: [(f64, f64); 5] = [
    (0.046_910_077_030_668, 0.118_463_442_528_094_5),
    (0.230_765_344_947_158_46, 0.239_314_335_249_683_23),
    (0.5, 0.284_444_444_444_444_44),
    (0.769_234_655_052_841_6, 0.239_314_335_249_683_23),
    (0.953_089_922_969_332, 0.118_463_442_528_094_5),
];

#[inline(always)]
fn evaluate(cell: &[f64; 4], t: f64) -> f64 {
    cell[0] + t * (cell[1] + t * (cell[2] + t * cell[3]))
}

/// Width in probability of a cell counted from the end of its side.
fn cell_width(cell: usize) -> f64 {
    SMALLEST * (1u64 << (cell / CELLS_PER_OCTAVE)) as f64 / CELLS_PER_OCTAVE as f64
}

fn check(places: &[Tail; 4], values: &[f64; 4], side: usize) -> Result<(), TableError> {
    if let Some(bad) = (0..4).find(|&i| !values[i].is_finite()) {
        return Err(TableError::NotFinite(places[bad]));
    }
    for i in 0..3 {
        let (low, high) = if side == 0 {
            (values[i], values[i + 1])
        } else {
            (values[i + 1], values[i])
        };
        // Rounding in the law may turn two equal values around.
        if low > high + 1e-12 * libm::fabs(high) {
            return Err(TableError::Decreasing(places[i + 1]));
        }
    }
    Ok(())
}

/// The cubic in t through the values at 0, the two inner points and 1, or the line where the cubic is not monotone.
fn monotone_cubic(values: [f64; 4]) -> [f64; 4] {
    let [at_0, at_a, at_b, at_1] = values;
    let [a, b] = INNER;
    // Newton's divided differences, then expanded to powers of t.
    let first = (at_a - at_0) / a;
    let between = (at_b - at_a) / (b - a);
    let last = (at_1 - at_b) / (1.0 - b);
    let second = (between - first) / b;
    let second_next = (last - between) / (1.0 - a);
    let third = second_next - second;
    let cubic = [
        at_0,
        first - second * a + third * a * b,
        second - third * (a + b),
        third,
    ];
    if is_monotone(&cubic, at_1 - at_0) {
        cubic
    } else {
        [at_0, at_1 - at_0, 0.0, 0.0]
    }
}

/// Whether the cubic's derivative keeps the sign of `rise` on [0, 1].
fn is_monotone(cubic: &[f64; 4], rise: f64) -> bool {
    let sign = if rise < 0.0 { -1.0 } else { 1.0 };
    let slope = |t: f64| sign * (cubic[1] + t * (2.0 * cubic[2] + t * 3.0 * cubic[3]));
    let extremum = -cubic[2] / (3.0 * cubic[3]);
    let inside = if extremum > 0.0 && extremum < 1.0 {
        slope(extremum)
    } else {
        0.0
    };
    slope(0.0) >= 0.0 && slope(1.0) >= 0.0 && inside >= 0.0
}

#[cfg(test)]
mod tests;
