//! A title says no more than luck allows.

use super::*;

fn worth(program: &str, value: f64, half: f64) -> Worth {
    Worth {
        program: program.into(),
        value: Some(value),
        interval: Some([value - half, value + half]),
        with_run_off: false,
        is_separated: false,
        payback: None,
    }
}

fn of_worths(worths: &[Worth]) -> String {
    English.net_value_title(worths, "EUR", 60)
}

#[test]
fn a_program_gains_where_luck_cannot_have_done_it() {
    let (gain, open) = (worth("A", 6e6, 2e6), worth("B", 5e5, 4e6));
    let (loss, less) = (worth("C", -3e6, 1e6), worth("D", -9e6, 1e6));
    assert_eq!(
        of_worths(&[gain.clone(), open.clone(), loss.clone()]),
        "1 of 3 programs gains, 1 may gain or lose; A leads, within luck: present value 6.00 M EUR"
    );
    assert_eq!(
        of_worths(&[open, loss.clone()]),
        "Neither program surely gains; B leads, within luck: present value 500 k EUR"
    );
    assert_eq!(
        of_worths(&[loss.clone(), less]),
        "Both programs lose money; C loses least, within luck: 3.00 M EUR"
    );
    // The best may lose at best estimate, and not surely.
    let near = worth("E", -5e5, 1e6);
    assert_eq!(
        of_worths(&[near, loss]),
        "Neither program surely gains; E leads, within luck: present value −500 k EUR"
    );
    assert!(of_worths(&[gain]).starts_with("A does not pay back"));
}

#[test]
fn a_bridge_within_luck_neither_adds_nor_takes() {
    let title = |half: f64| {
        let crossing = Crossing {
            program: "Hybrid",
            gains: 117e6,
            losses: 115e6,
            months: 60,
            half,
        };
        English.bridge_title(&crossing, "EUR")
    };
    assert_eq!(
        title(1e6),
        "Hybrid adds 2.00 M EUR to margin over 60 months: gains of 117 M, costs of 115 M"
    );
    assert_eq!(
        title(5e6),
        "Hybrid may add to margin or take from it over 60 months: gains of 117 M, costs of 115 M"
    );
}

#[test]
fn a_difference_in_customers_is_told_where_it_is_sure() {
    let kept = |program, customers, is_sure, is_separated| Kept {
        program,
        customers,
        without: Some(1e6),
        is_sure,
        is_separated,
    };
    let title = |all: &[Kept<'_>]| English.customers_title(all, 12);
    assert_eq!(
        title(&[kept("A", 1.02e6, true, true)]),
        "A has 20.0 k more customers (2.0 %) than no program after 12 months"
    );
    assert_eq!(
        title(&[kept("A", 1.02e6, false, true)]),
        "No sure difference in customers after 12 months: 1.02 M with A, 1.00 M without a program"
    );
    assert_eq!(
        title(&[kept("A", 1e6 + 3.18, true, true)]),
        "A has 3 more customers (0.00 %) than no program after 12 months"
    );
    assert_eq!(
        title(&[kept("A", 1e6 + 0.2, true, true)]),
        "A has as many customers as no program"
    );
    let other = kept("B", 1.01e6, true, false);
    assert_eq!(
        title(&[kept("A", 1.02e6, true, false), other]),
        "A leads, within luck: 20.0 k more customers (2.0 %) than no program after 12 months"
    );
    assert_eq!(
        title(&[
            kept("A", 0.98e6, true, false),
            kept("B", 0.97e6, true, false)
        ]),
        "No program has more customers than none; A loses least, within luck: 20.0 k (2.0 %)"
    );
}

#[test]
fn a_mean_is_told_with_its_base_and_its_doubt() {
    let spread = |is_undecided, with_friends| Spread {
        program: "A",
        less: 0.05,
        more: 0.1,
        mean: Some(-0.45),
        is_undecided,
        with_friends,
    };
    assert!(
        English
            .value_title(&spread(false, false), "EUR")
            .ends_with("less; on average −0.45 EUR")
    );
    assert!(
        English
            .value_title(&spread(true, true), "EUR")
            .ends_with("less; with friends on average −0.45 EUR, within luck")
    );
}
