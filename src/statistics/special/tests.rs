use super::*;

mod reference;

use reference::*;

fn tail(upper: bool, probability: f64) -> Tail {
    if upper {
        Tail::Upper(probability)
    } else {
        Tail::Lower(probability)
    }
}

/// Asserts that two numbers agree within a relative error.
fn close(got: f64, want: f64, tolerance: f64, what: &str) {
    let error = ((got - want) / want).abs();
    assert!(
        error <= tolerance,
        "{what}: got {got:e}, want {want:e}, relative error {error:e}"
    );
}

#[test]
fn incomplete_gamma_agrees_with_the_reference_in_both_tails() {
    for &(a, x, p, q) in GAMMA {
        close(gamma_p(a, x), p, 2e-13, &format!("P({a}, {x})"));
        close(gamma_q(a, x), q, 2e-13, &format!("Q({a}, {x})"));
    }
}

#[test]
fn gamma_quantile_agrees_with_the_reference_in_both_tails() {
    for &(a, upper, probability, x) in GAMMA_QUANTILE {
        let got = gamma_quantile(a, tail(upper, probability));
        close(
            got,
            x,
            3e-13,
            &format!("gamma({a}) upper {upper} {probability:e}"),
        );
    }
}

#[test]
fn gamma_quantile_of_a_tiny_probability_is_the_power_law() {
    let a: f64 = 0.553;
    let want = (1e-12f64.ln() + libm::lgamma(a + 1.0)) / a;
    close(
        gamma_quantile_ln(a, Tail::Lower(1e-12)),
        want,
        1e-14,
        "ln quantile",
    );
    assert_eq!(gamma_quantile(0.01, Tail::Lower(1e-12)), 0.0);
    assert!(gamma_quantile_ln(0.01, Tail::Lower(1e-12)).is_finite());
}

#[test]
fn incomplete_beta_agrees_with_the_reference_in_both_tails() {
    for &(a, b, x, p, q) in BETA {
        close(beta_p(a, b, x), p, 1e-12, &format!("I_{x}({a}, {b})"));
        close(beta_q(a, b, x), q, 1e-12, &format!("1 - I_{x}({a}, {b})"));
    }
}

#[test]
fn beta_quantile_agrees_with_the_reference_in_both_tails() {
    for &(a, b, upper, probability, logit) in BETA_LOGIT {
        let got = beta_quantile_logit(a, b, tail(upper, probability));
        // An error of the logit is a relative error of the odds.
        let error = (got - logit).abs() / logit.abs().max(1.0);
        assert!(
            error < 1e-13,
            "beta({a}, {b}) upper {upper} {probability:e}: {got} for {logit}"
        );
    }
}

#[test]
fn normal_quantile_agrees_with_the_reference_and_is_odd() {
    for &(p, z) in NORMAL {
        close(
            normal_quantile(Tail::Lower(p)),
            z,
            1e-14,
            &format!("normal {p:e}"),
        );
        assert_eq!(
            normal_quantile(Tail::Upper(p)),
            -normal_quantile(Tail::Lower(p))
        );
        close(normal_cdf(z), p, 1e-12, &format!("Φ({z})"));
    }
    assert_eq!(normal_quantile(Tail::Lower(0.5)).abs(), 0.0);
}

#[test]
fn student_quantile_agrees_with_the_reference() {
    for &(degrees, upper, t) in STUDENT {
        close(
            student_t_quantile(degrees, Tail::Upper(upper)),
            t,
            1e-12,
            &format!("t({degrees}) {upper}"),
        );
        close(
            student_t_quantile(degrees, Tail::Lower(1.0 - upper)),
            t,
            1e-9,
            &format!("t({degrees}) 1 - {upper}"),
        );
    }
    assert_eq!(student_t_quantile(31.0, Tail::Lower(0.5)), 0.0);
}

#[test]
fn student_quantile_matches_the_printed_table() {
    // Upper 2.5 % points as printed in statistical tables.
    let table = [
        (1.0, 12.706),
        (2.0, 4.303),
        (5.0, 2.571),
        (10.0, 2.228),
        (30.0, 2.042),
        (31.0, 2.040),
        (120.0, 1.980),
    ];
    for (degrees, t) in table {
        assert!(
            (student_t_quantile(degrees, Tail::Lower(0.975)) - t).abs() < 6e-4,
            "{degrees}"
        );
    }
}

#[test]
fn ln_gamma_and_ln_beta_agree_with_the_reference() {
    for &(x, want) in LN_GAMMA {
        close(ln_gamma(x), want, 1e-14, &format!("ln gamma({x})"));
    }
    for &(a, b, want) in LN_BETA {
        close(ln_beta(a, b), want, 1e-14, &format!("ln beta({a}, {b})"));
        close(ln_beta(b, a), want, 1e-14, &format!("ln beta({b}, {a})"));
    }
}

#[test]
fn quantiles_invert_the_tails_over_a_grid_of_shapes() {
    for shape in [
        0.05, 0.1, 0.35, 0.7, 0.99, 1.0, 1.01, 2.5, 9.99, 10.0, 40.0, 333.0, 1e4, 1e6,
    ] {
        for octave in 1..=60 {
            let p = 0.5f64.powi(octave) * 0.9;
            let x = gamma_quantile(shape, Tail::Lower(p));
            if x > 1e-290 {
                // The condition of P in x is at most about the shape in the lower tail.
                close(
                    gamma_p(shape, x),
                    p,
                    1e-12 + 1e-13 * shape.sqrt(),
                    &format!("{shape} lower {p:e}"),
                );
            }
            let x = gamma_quantile(shape, Tail::Upper(p));
            close(
                gamma_q(shape, x),
                p,
                1e-12 + 1e-13 * shape.sqrt(),
                &format!("{shape} upper {p:e}"),
            );
        }
    }
}

#[test]
fn bad_arguments_give_nan() {
    assert!(ln_gamma(-1.0).is_nan() && ln_gamma(f64::NAN).is_nan());
    assert!(ln_beta(0.0, 1.0).is_nan());
    for shape in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(gamma_p(shape, 1.0).is_nan());
        assert!(gamma_quantile(shape, Tail::Lower(0.5)).is_nan());
        assert!(beta_p(shape, 1.0, 0.5).is_nan());
        assert!(beta_quantile(1.0, shape, Tail::Lower(0.5)).is_nan());
        assert!(student_t_quantile(shape, Tail::Lower(0.5)).is_nan());
    }
    for probability in [0.0, 1.0, -0.1, 1.1, f64::NAN] {
        assert!(gamma_quantile(1.0, Tail::Lower(probability)).is_nan());
        assert!(normal_quantile(Tail::Upper(probability)).is_nan());
        assert!(beta_quantile(1.0, 1.0, Tail::Upper(probability)).is_nan());
    }
    assert!(gamma_p(1.0, f64::NAN).is_nan());
    assert_eq!((gamma_p(2.0, -1.0), gamma_q(2.0, -1.0)), (0.0, 1.0));
    assert_eq!(
        (gamma_p(2.0, f64::INFINITY), gamma_q(2.0, f64::INFINITY)),
        (1.0, 0.0)
    );
    assert_eq!((beta_p(2.0, 2.0, 1.5), beta_q(2.0, 2.0, 1.5)), (1.0, 0.0));
}
