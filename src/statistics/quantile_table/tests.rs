use super::*;
use crate::statistics::laws;
use crate::statistics::special::{beta_quantile, gamma_quantile, normal_quantile};

/// Places of test: several points in every cell of both sides, away from the points of interpolation.
fn places() -> Vec<Tail> {
    let mut places = Vec::new();
    for cell in 0..HALF {
        for t in [0.13, 0.5, 0.87] {
            let v = cell_width(cell) * ((CELLS_PER_OCTAVE + cell % CELLS_PER_OCTAVE) as f64 + t);
            places.push(Tail::Lower(v));
            places.push(Tail::Upper(v));
        }
    }
    places
}

/// Largest error relative to the value, over values of at least `share` of the mean.
fn worst_relative_error(table: &QuantileTable, share: f64, quantile: impl Fn(Tail) -> f64) -> f64 {
    let floor = share * table.mean();
    let error = |tail: Tail| {
        let exact = quantile(tail);
        if exact < floor {
            0.0
        } else {
            ((table.at_tail(tail) - exact) / exact).abs()
        }
    };
    places().into_iter().map(error).fold(0.0, f64::max)
}

#[test]
fn gamma_tables_are_within_a_millionth() {
    // (shape, measured error where the value is at least a thousandth of the mean, rounded up)
    for (shape, limit) in [
        (0.2, 1e-6),
        (0.553, 1e-6),
        (0.606, 1e-6),
        (1.3, 1e-6),
        (4.0, 1e-6),
        (50.0, 1e-6),
    ] {
        let table = laws::gamma(shape, 1.0).unwrap();
        let error = worst_relative_error(&table, 1e-3, |tail| gamma_quantile(shape, tail));
        println!("gamma({shape}): {error:.2e}");
        assert!(error < limit, "gamma({shape}): {error:e}");
    }
}

#[test]
fn other_tables_are_within_a_millionth() {
    for sigma in [0.1, 0.6, 1.0, 1.5f64] {
        let cv = (sigma * sigma).exp_m1().sqrt();
        let table = laws::lognormal(1.0, cv).unwrap();
        let exact = |tail| (sigma * normal_quantile(tail) - 0.5 * sigma * sigma).exp();
        let error = worst_relative_error(&table, 0.0, exact);
        println!("lognormal({sigma}): {error:.2e}");
        assert!(error < 1e-6, "lognormal({sigma}): {error:e}");
    }
    let table = laws::beta(1.2, 30.0).unwrap();
    let error = worst_relative_error(&table, 0.0, |tail| beta_quantile(1.2, 30.0, tail));
    println!("beta(1.2, 30): {error:.2e}");
    assert!(error < 1e-6, "beta: {error:e}");
    for shape in [1.5, 3.74, 20.0] {
        let table = laws::inverse_gamma(shape, shape / (shape - 1.0)).unwrap();
        let exact = |tail: Tail| {
            let opposite = match tail {
                Tail::Lower(p) => Tail::Upper(p),
                Tail::Upper(q) => Tail::Lower(q),
            };
            shape / gamma_quantile(shape, opposite)
        };
        let error = worst_relative_error(&table, 0.0, exact);
        println!("inverse gamma({shape}): {error:.2e}");
        assert!(error < 1e-6, "inverse gamma({shape}): {error:e}");
    }
}

#[test]
fn normal_table_is_within_a_millionth_absolutely() {
    let table = laws::standard_normal().unwrap();
    let error = |tail: Tail| (table.at_tail(tail) - normal_quantile(tail)).abs();
    let worst = places().into_iter().map(error).fold(0.0, f64::max);
    println!("normal: {worst:.2e}");
    assert!(worst < 1e-6, "{worst:e}");
}

#[test]
fn cell_ends_carry_the_values_of_the_law() {
    let table = laws::gamma(0.553, 2.0).unwrap();
    for octave in 1..=40 {
        let v = 0.5f64.powi(octave);
        for tail in [Tail::Lower(v), Tail::Upper(v)] {
            let exact = 2.0 * gamma_quantile(0.553, tail);
            assert!(
                ((table.at_tail(tail) - exact) / exact).abs() < 1e-14,
                "{tail:?}"
            );
        }
    }
}

#[test]
fn a_word_is_its_middle_and_both_paths_have_the_same_bits() {
    let table = laws::gamma(0.6, 2.0).unwrap();
    let mut word = 12_345u32;
    let edges = [
        0,
        1,
        2,
        u32::MAX,
        u32::MAX - 1,
        1 << 31,
        (1 << 31) - 1,
        (1 << 31) + 1,
    ];
    for i in 0..100_000 {
        word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) >> (i % 7);
        for word in edges.into_iter().chain([word, !word]) {
            let u = (f64::from(word) + 0.5) / 4_294_967_296.0;
            assert_eq!(
                table.at_word(word).to_bits(),
                table.at(u).to_bits(),
                "{word}"
            );
        }
    }
}

#[test]
fn values_never_decrease_in_the_word() {
    for table in [
        laws::gamma(0.2, 1.0),
        laws::gamma(50.0, 1.0),
        laws::lognormal(1.0, 2.9),
        laws::beta(1.2, 30.0),
    ] {
        let table = table.unwrap();
        // Around every border of a cell, and in steps of a prime over the whole range.
        let borders =
            (0..32u32).flat_map(|octave| (0..16u64).map(move |j| ((16 + j) << octave) >> 5));
        let near =
            borders.flat_map(|border| (border.saturating_sub(40)..border + 40).map(|w| w as u32));
        let mut words: Vec<u32> = near
            .flat_map(|w| [w, !w])
            .chain((0..4_000_000u32).map(|i| i * 1_069))
            .collect();
        words.sort_unstable();
        let mut previous = f64::NEG_INFINITY;
        for word in words {
            let value = table.at_word(word);
            // Neighboring cells meet to rounding, not to the bit.
            assert!(
                value >= previous * (1.0 - 1e-15),
                "{word}: {value:e} after {previous:e}"
            );
            previous = value;
        }
    }
}

#[test]
fn values_stay_between_the_least_and_the_greatest() {
    let table = laws::lognormal(3.0, 1.0).unwrap();
    for u in [0.0, 1e-300, 1e-13, 1.0 - 1e-16, 1.0, f64::NAN, -1.0, 2.0] {
        let value = table.at(u);
        assert!(value >= table.min() && value <= table.max(), "{u}: {value}");
    }
    assert_eq!(table.at(0.0), table.min());
    assert_eq!(table.at(1.0), table.max());
    assert!(table.at_word(u32::MAX) < table.max());
    assert!(table.at_word(0) > table.min());
}

#[test]
fn a_place_of_a_cell_is_a_word() {
    let table = laws::standard_normal().unwrap();
    let spread = (0..1000u32).map(|i| i.wrapping_mul(0x9E37_79B9));
    for word in spread.chain([0, 1, u32::MAX / 2, u32::MAX / 2 + 1, u32::MAX]) {
        let (cell, t) = QuantileTable::place(u64::from(word));
        let value = table.at_place(cell, t);
        assert_eq!(value.to_bits(), table.at_word(word).to_bits(), "{word}");
    }
}

#[test]
fn a_corner_becomes_a_line_and_stays_monotone() {
    // A law that jumps inside a cell: the cubic would overshoot.
    let jump = |tail: Tail| match tail {
        Tail::Lower(p) => f64::from(u8::from(p > 0.266)),
        Tail::Upper(_) => 1.0,
    };
    let table = QuantileTable::build(jump).unwrap();
    let mut previous = 0.0;
    for i in 0..1000 {
        let value = table.at(0.25 + 1e-4 * f64::from(i));
        assert!((0.0..=1.0).contains(&value) && value >= previous);
        previous = value;
    }
}

#[test]
fn impossible_laws_are_refused() {
    let nan = QuantileTable::build(|_| f64::NAN);
    assert!(matches!(nan, Err(TableError::NotFinite(_))));
    let falling = QuantileTable::build(|tail| match tail {
        Tail::Lower(p) => -p,
        Tail::Upper(q) => q,
    });
    assert!(matches!(falling, Err(TableError::Decreasing(_))));
}

#[test]
fn a_constant_is_constant() {
    let table = QuantileTable::constant(7.5);
    assert_eq!(
        (table.at(0.3), table.at_word(99), table.min(), table.max()),
        (7.5, 7.5, 7.5, 7.5)
    );
    assert!((table.mean() - 7.5).abs() < 1e-12);
}

#[test]
fn a_table_takes_less_than_64_kilobytes() {
    assert_eq!(std::mem::size_of::<[[f64; 4]; CELLS]>(), 39_936);
}
