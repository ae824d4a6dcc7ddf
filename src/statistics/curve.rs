//! Smooth functions as tables: cubics on a uniform grid, each through four points of the function.

/// Cells of a table: wide enough apart for a first cache, close enough for nine digits of what is smooth.
const CELLS: usize = 1024;

/// A function tabulated between two ends, and constant beyond them.
#[derive(Clone, Debug)]
pub struct Curve {
    from: f64,
    cells_per_unit: f64,
    /// Powers 0 to 3 of the place in the cell.
    cells: Vec<[f64; 4]>,
}

impl Curve {
    /// Tabulates `f` from `from` to `to`, both finite, with `from` below `to`.
    pub fn new(from: f64, to: f64, f: impl Fn(f64) -> f64) -> Curve {
        let width = (to - from) / CELLS as f64;
        let cells = (0..CELLS)
            .map(|cell| {
                let at = |third: usize| f(from + (cell as f64 + third as f64 / 3.0) * width);
                through(at(0), at(1), at(2), at(3))
            })
            .collect();
        Curve {
            from,
            cells_per_unit: 1.0 / width,
            cells,
        }
    }

    /// The function at `x`.
    #[inline]
    pub fn at(&self, x: f64) -> f64 {
        let place = ((x - self.from) * self.cells_per_unit).clamp(0.0, CELLS as f64);
        let cell = (place as usize).min(CELLS - 1);
        let t = place - cell as f64;
        let [a, b, c, d] = self.cells[cell];
        a + t * (b + t * (c + t * d))
    }
}

/// The cubic through four values at 0, 1/3, 2/3 and 1 (Newton's divided differences).
fn through(a: f64, b: f64, c: f64, d: f64) -> [f64; 4] {
    let first = 3.0 * (b - a);
    let second = 4.5 * (c - 2.0 * b + a);
    let third = 4.5 * (d - 3.0 * c + 3.0 * b - a);
    // a + first·t + second·t(t − 1/3) + third·t(t − 1/3)(t − 2/3).
    [
        a,
        first - second / 3.0 + 2.0 * third / 9.0,
        second - third,
        third,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cubics_are_exact_and_smooth_functions_nearly() {
        let cubic = |x: f64| 1.0 - 2.0 * x + 0.5 * x * x + 0.25 * x * x * x;
        let (exact, smooth) = (
            Curve::new(-3.0, 5.0, cubic),
            Curve::new(-8.0, 8.0, libm::exp),
        );
        for i in 0..1000 {
            let x = -3.0 + f64::from(i) * 0.008;
            assert!((exact.at(x) - cubic(x)).abs() < 1e-12, "{x}");
            assert!((smooth.at(x) / libm::exp(x) - 1.0).abs() < 1e-9, "{x}");
        }
        assert_eq!(smooth.at(-9.0), libm::exp(-8.0));
        assert!((smooth.at(9.0) / libm::exp(8.0) - 1.0).abs() < 1e-12);
        assert_eq!(smooth.at(f64::NEG_INFINITY), libm::exp(-8.0));
    }
}
