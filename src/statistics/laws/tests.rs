use super::*;

fn close(got: f64, want: f64, tolerance: f64) {
    assert!(
        ((got - want) / want).abs() < tolerance,
        "got {got}, want {want}"
    );
}

#[test]
fn means_and_second_moments_are_those_of_the_textbook() {
    for shape in [0.2, 0.553, 1.3, 4.0, 50.0] {
        let table = gamma(shape, 3.0).unwrap();
        close(table.mean(), 3.0 * shape, 2e-8);
        close(table.mean_of(|x| x * x), 9.0 * shape * (shape + 1.0), 2e-7);
    }
    for (a, b) in [(1.2, 30.0), (0.793, 2.426), (0.05, 0.3)] {
        let table = beta(a, b).unwrap();
        close(table.mean(), a / (a + b), 1e-7);
        close(
            table.mean_of(|x| x * x),
            a * (a + 1.0) / ((a + b) * (a + b + 1.0)),
            1e-7,
        );
    }
    for cv in [0.2, 0.8, 2.0] {
        let table = lognormal(46.0, cv).unwrap();
        close(table.mean(), 46.0, 1e-7);
        // Beyond 1 − 2⁻⁴⁰ lies no visible part of the second moment of these.
        close(
            table.mean_of(|x| x * x),
            46.0 * 46.0 * (1.0 + cv * cv),
            1e-4,
        );
    }
    close(inverse_gamma(3.74, 36.0).unwrap().mean(), 36.0, 1e-7);
    // The part of a heavy tail that a table cannot hold, as documented.
    for (shape, missing) in [(2.0, 6.7e-7), (1.5, 8.0e-5), (1.2, 9.1e-3), (1.1, 7.7e-2)] {
        close(
            1.0 - inverse_gamma(shape, 1.0).unwrap().mean(),
            missing,
            0.02,
        );
    }
    let normal = standard_normal().unwrap();
    assert!(normal.mean().abs() < 1e-9);
    close(normal.mean_of(|z| z * z), 1.0, 1e-7);
}

#[test]
fn beta_hazard_is_accurate_where_p_rounds_to_one() {
    // With b small, p near 1 is common: the upper tail of −ln(1 − p) is that of −ln of a beta(b, a) near 0.
    let (a, b) = (2.0, 0.3);
    let table = beta_hazard(a, b).unwrap();
    for octave in [3, 10, 20, 40] {
        let q = 0.5f64.powi(octave);
        let complement = beta_quantile(b, a, Tail::Lower(q));
        close(table.at_tail(Tail::Upper(q)), -complement.ln(), 1e-12);
    }
    // E[−ln(1 − p)] = ψ(a + b) − ψ(b); for b = 1: Σ over a whole a of 1/k.
    close(
        beta_hazard(3.0, 1.0).unwrap().mean(),
        1.0 + 0.5 + 1.0 / 3.0,
        1e-7,
    );
    // E[e^−h] = E[1 − p] = b / (a + b).
    close(
        beta_hazard(1.2, 30.0).unwrap().mean_of(|h| (-h).exp()),
        30.0 / 31.2,
        1e-9,
    );
}

#[test]
fn bad_parameters_are_refused_by_name() {
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-3, 1e7] {
        let error = gamma(bad, 1.0).unwrap_err();
        assert!(
            matches!(
                error,
                LawError::Parameter {
                    parameter: "shape",
                    ..
                }
            ),
            "{error}"
        );
        assert!(
            beta(bad, 1.0).is_err() && beta(1.0, bad).is_err() && beta_hazard(1.0, bad).is_err()
        );
        assert!(inverse_gamma(bad, 1.0).is_err());
    }
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(
            gamma(1.0, bad).is_err()
                && lognormal(bad, 1.0).is_err()
                && inverse_gamma(2.0, bad).is_err()
        );
    }
    assert!(inverse_gamma(1.0, 1.0).is_err());
    assert!(lognormal(1.0, -0.1).is_err());
    assert!(constant(f64::NAN).is_err());
    assert!(matches!(
        gamma(1.0, 1e308),
        Err(LawError::Table(TableError::NotFinite(_)))
    ));
    assert!(
        gamma(-1.0, 1.0)
            .unwrap_err()
            .to_string()
            .contains("shape of a gamma law is -1")
    );
}

#[test]
fn a_lognormal_without_spread_is_its_mean() {
    let table = lognormal(5.0, 0.0).unwrap();
    assert_eq!((table.at(0.01), table.at_word(u32::MAX)), (5.0, 5.0));
}

#[test]
fn every_legal_shape_builds() {
    for shape in [0.01, 0.05, 1.0, 1e3, 1e6] {
        assert!(gamma(shape, 1.0).is_ok(), "gamma {shape}");
        assert!(
            beta(shape, 1.0).is_ok() && beta(1.0, shape).is_ok(),
            "beta {shape}"
        );
        assert!(
            beta_hazard(shape, 0.01).is_ok() && beta_hazard(0.01, shape).is_ok(),
            "hazard {shape}"
        );
        assert!(beta(shape, shape).is_ok(), "beta {shape} twice");
    }
    assert!(inverse_gamma(1.001, 1.0).is_ok());
}
