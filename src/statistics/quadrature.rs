//! Deterministic integration: Gauss–Legendre on an interval, midpoints on the unit interval, and a low-discrepancy
//! lattice in up to six dimensions.

/// Nodes and weights of Gauss–Legendre with ten points on [−1, 1] (Abramowitz & Stegun table 25.4), positive half.
const GAUSS_10: [(f64, f64); 5] = [
    (0.148_874_338_981_631_22, 0.295_524_224_714_752_87),
    (0.433_395_394_129_247_2, 0.269_266_719_309_996_35),
    (0.679_409_568_299_024_4, 0.219_086_362_515_982_05),
    (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
    (0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
];

/// ∫ f over [from, to] by ten-point Gauss–Legendre on each of `panels` equal parts: exact for polynomials of degree 19.
pub fn gauss_legendre(from: f64, to: f64, panels: u32, f: impl Fn(f64) -> f64) -> f64 {
    let half = 0.5 * (to - from) / f64::from(panels);
    let mut sum = 0.0;
    for panel in 0..panels {
        let center = from + half * (2.0 * f64::from(panel) + 1.0);
        for (node, weight) in GAUSS_10 {
            sum += weight * (f(center - half * node) + f(center + half * node));
        }
    }
    half * sum
}

/// ∫ f over [0, ∞) for a smooth f with an algebraic singularity at 0 and exponential decay at about `scale`: the
/// double-exponential substitution x = scale · exp(π/2 · sinh s), trapezoidal rule (Takahasi & Mori 1974).
pub fn half_line(scale: f64, f: impl Fn(f64) -> f64) -> f64 {
    const STEP: f64 = 1.0 / 32.0;
    const HALF_POINTS: i32 = 192;
    let mut sum = 0.0;
    for i in -HALF_POINTS..=HALF_POINTS {
        let s = f64::from(i) * STEP;
        let x = scale * libm::exp(std::f64::consts::FRAC_PI_2 * libm::sinh(s));
        let slope = x * std::f64::consts::FRAC_PI_2 * libm::cosh(s);
        let term = f(x) * slope;
        if term.is_finite() {
            sum += term;
        }
    }
    STEP * sum
}

/// The midpoints (i + ½) / count of `count` equal parts of the unit interval.
pub fn midpoints(count: u32) -> impl Iterator<Item = f64> {
    (0..count).map(move |i| (f64::from(i) + 0.5) / f64::from(count))
}

/// Most dimensions of a [`Lattice`].
pub const MAX_DIMENSIONS: usize = 6;

/// The generalized golden ratios φ_d, the positive roots of x^(d+1) = x + 1; φ₁ is golden, φ₂ the plastic number
/// (M. Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018).
const RATIOS: [f64; MAX_DIMENSIONS] = [
    1.618_033_988_749_895,
    1.324_717_957_244_746,
    1.220_744_084_605_759_5,
    1.167_303_978_261_418_7,
    1.134_724_138_401_519_5,
    1.112_775_684_278_705_5,
];

/// The additive recurrence x_n = frac(½ + (n + 1) α), α_j = φ_D^(−j): an open-ended low-discrepancy sequence of points
/// in the open unit cube of D dimensions. Computed in 64-bit integers, so exact at any n.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lattice<const D: usize> {
    /// α_j as fractions of 2⁶⁴.
    steps: [u64; D],
}

impl<const D: usize> Lattice<D> {
    /// The lattice of D dimensions, 1 to 6 (checked when compiled).
    pub fn new() -> Lattice<D> {
        const {
            assert!(
                D >= 1 && D <= MAX_DIMENSIONS,
                "a lattice has 1 to 6 dimensions"
            )
        };
        let inverse = 1.0 / RATIOS[D - 1];
        let mut power = 1.0;
        let steps = std::array::from_fn(|_| {
            power *= inverse;
            // An f64 below 1 times 2⁶⁴ fits; its last 11 bits are zero, so a step is made odd for the longest period.
            (power * 18_446_744_073_709_551_616.0) as u64 | 1
        });
        Lattice { steps }
    }

    /// Point `n`, each coordinate strictly between 0 and 1, a multiple of 2⁻⁵² plus half of it.
    pub fn point(&self, n: u64) -> [f64; D] {
        self.steps.map(|step| {
            let word = step.wrapping_mul(n.wrapping_add(1)).wrapping_add(1 << 63);
            ((word >> 12) as f64 + 0.5) / (1u64 << 52) as f64
        })
    }

    /// The first `count` points.
    pub fn points(self, count: u64) -> impl Iterator<Item = [f64; D]> {
        (0..count).map(move |n| self.point(n))
    }
}

impl<const D: usize> Default for Lattice<D> {
    fn default() -> Lattice<D> {
        Lattice::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauss_is_exact_for_polynomials_of_degree_19() {
        let got = gauss_legendre(-1.0, 2.0, 1, |x| x.powi(19) - 3.0 * x.powi(2));
        let want = (2f64.powi(20) - 1.0) / 20.0 - 9.0;
        assert!((got / want - 1.0).abs() < 1e-13, "{got} {want}");
        assert!((gauss_legendre(0.0, 3.0, 4, f64::exp) - 3f64.exp_m1()).abs() < 1e-12);
    }

    #[test]
    fn half_line_integrates_gamma_densities() {
        for shape in [0.2, 0.553, 1.0, 7.5] {
            let want = libm::tgamma(shape);
            for scale in [0.3, 1.0, 3.0] {
                let got = half_line(scale, |x| x.powf(shape - 1.0) * (-x).exp());
                assert!(
                    (got / want - 1.0).abs() < 1e-12,
                    "{shape} {scale}: {got} {want}"
                );
            }
        }
    }

    #[test]
    fn midpoints_are_centered() {
        let points: Vec<f64> = midpoints(4).collect();
        assert_eq!(points, [0.125, 0.375, 0.625, 0.875]);
    }

    #[test]
    fn ratios_solve_their_equations() {
        for (index, ratio) in RATIOS.iter().enumerate() {
            let d = index as i32 + 1;
            assert!((ratio.powi(d + 1) - ratio - 1.0).abs() < 1e-14, "{d}");
        }
    }

    /// Star discrepancy of a set of points in one dimension.
    fn discrepancy(mut values: Vec<f64>) -> f64 {
        values.sort_unstable_by(f64::total_cmp);
        let n = values.len() as f64;
        let gap = |(i, x): (usize, &f64)| {
            (x - i as f64 / n)
                .abs()
                .max((x - (i as f64 + 1.0) / n).abs())
        };
        values.iter().enumerate().map(gap).fold(0.0, f64::max)
    }

    #[test]
    fn every_coordinate_fills_the_interval_evenly() {
        let points: Vec<[f64; 6]> = Lattice::<6>::new().points(20_000).collect();
        for j in 0..6 {
            // Random points have about 0.006 (Kolmogorov).
            let d = discrepancy(points.iter().map(|p| p[j]).collect());
            assert!(d < 0.0015, "coordinate {j}: {d}");
        }
        assert!(points.iter().flatten().all(|x| *x > 0.0 && *x < 1.0));
    }

    #[test]
    fn the_lattice_integrates_far_better_than_random_points() {
        // E[Π 2 x_j] = 1; 20,000 random points have a standard error of 0.0148 in six dimensions, 0.0063 in two.
        let product = |p: &[f64]| p.iter().map(|x| 2.0 * x).product::<f64>();
        let six = Lattice::<6>::new()
            .points(20_000)
            .map(|p| product(&p))
            .sum::<f64>()
            / 20_000.0;
        let two = Lattice::<2>::new()
            .points(20_000)
            .map(|p| product(&p))
            .sum::<f64>()
            / 20_000.0;
        assert!((six - 1.0).abs() < 0.002, "{six}");
        assert!((two - 1.0).abs() < 0.0003, "{two}");
    }

    #[test]
    fn points_are_addressed() {
        let lattice = Lattice::<3>::default();
        assert_eq!(lattice.points(10).nth(7), Some(lattice.point(7)));
        assert!(lattice.point(u64::MAX).iter().all(|x| *x > 0.0 && *x < 1.0));
    }
}
