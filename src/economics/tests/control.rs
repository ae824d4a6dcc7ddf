//! Every control check holds on sound books, and fails on the error it is for.

use super::*;

/// Codes of the checks that failed.
pub(super) fn failed(results: &Results) -> Vec<&str> {
    results
        .checks
        .iter()
        .filter(|c| c.failed > 0)
        .map(|c| c.code.as_str())
        .collect()
}

#[test]
fn every_check_holds_on_the_market_on_paper() {
    let r = results();
    assert_eq!(failed(&r), [] as [&str; 0]);
    for check in &r.checks {
        assert!(check.checked > 0, "{} checked nothing", check.code);
    }
}

/// Corrupts the tally after its values were settled and says which checks notice.
fn corrupted(change: impl Fn(&mut Tally)) -> Vec<String> {
    let r = results_of(&fixture::scenario(), |scenario| {
        let mut tally = fixture::tally(scenario);
        change(&mut tally);
        tally
    });
    failed(&r).iter().map(|c| c.to_string()).collect()
}

#[track_caller]
fn notices(code: &str, change: impl Fn(&mut Tally)) {
    let found = corrupted(change);
    assert!(found.iter().any(|c| c == code), "{code} not in {found:?}");
}

#[test]
fn each_check_fails_on_the_error_it_is_for() {
    use VintageFlow as V;
    notices("families_sum", |t| t.families.slice_mut(&[1])[0] += 1);
    notices("segments_sum", |t| t.layout.strata[0].stated += 1);
    notices("customers_identity", |t| {
        add(t, [NONE, 0, 0, 1], Flow::Leavers, 1)
    });
    notices("value_identity", |t| t.exact_value[3] += 1);
    notices("value_identity", |t| {
        add(t, [PROGRAM, 0, 0, 1], Flow::Discount, 1)
    });
    notices("value_rounding", |t| {
        t.rounded_value.slice_mut(&[NONE, 0])[0] += 3
    });
    notices("distribution_sums", |t| {
        t.deciles.slice_mut(&[PROGRAM, 0, 4])[DecileFlow::Customers as usize] += 1;
    });
    notices("distribution_sums", |t| {
        t.distributions
            .slice_mut(&[PROGRAM, 0, 0, Distribution::Difference as usize, 9])[1] += 1;
    });
    // More redeemed than there was.
    notices("points_identity", |t| {
        add_vintage(t, [PROGRAM, 0, 1, 1], V::Redeemed, 141)
    });
    // Issued outside its month.
    notices("points_identity", |t| {
        add_vintage(t, [PROGRAM, 0, 0, 1], V::IssuedBase, 1)
    });
    notices("points_flows_equal_vintages", |t| {
        add(t, [PROGRAM, 0, 1, 2], Flow::PointsRedeemed, 1);
    });
    notices("points_flows_equal_vintages", |t| {
        add(t, [PROGRAM, 0, 1, 0], Flow::PointsIssuedOnBase, 1);
    });
    notices("accrual_equals_cash", |t| {
        add_vintage(t, [PROGRAM, 0, 0, 2], V::CostDiscount, 1)
    });
    notices("rewards_sum", |t| {
        t.rewards.slice_mut(&[PROGRAM, 0, 1, 0])[2] += 1
    });
    notices("effects_sum", |t| {
        add(t, [PROGRAM, 0, 0, 1], Flow::BasketGain, 1)
    });
    // Margin of an effect that no purchase earned.
    notices("effects_tie", |t| {
        t.effects.slice_mut(&[PROGRAM, 0, 0, 0])[EffectFlow::ExtraSales as usize] += 1000
    });
    notices("paid_sales_sum", |t| {
        t.naive.slice_mut(&[PROGRAM, 1, 0])[3] += 1
    });
    notices("caps_within_life", |t| {
        t.caps.slice_mut(&[PROGRAM, 0])[1] = -1
    });
    notices("sales_identity", |t| {
        add(t, [PROGRAM, 1, 0, 1], Flow::SalesLost, 1)
    });
    notices("skeptic_equals_world_0", |t| {
        add(t, [SKEPTIC, 0, 0, 0], Flow::SalesBase, 1)
    });
    notices("skeptic_equals_world_0", |t| {
        add(t, [SKEPTIC, 0, 0, 0], Flow::SalesExtra, 1)
    });
    // A purchase of 10.00 that lost its label.
    notices("bridge_sums", |t| {
        add(t, [PROGRAM, 0, 0, 1], Flow::SalesBase, 1000)
    });
    // A vintage that costs more than was ever paid.
    notices("books_close", |t| {
        add_vintage(t, [PROGRAM, 0, 1, 2], V::CostDiscount, 100)
    });
    notices("net_value_ties", |t| {
        add_vintage(t, [PROGRAM, 0, 1, 2], V::CostDiscount, 100)
    });
    // Points that leave without having been issued: printed balances fall below the dormant ones.
    notices("roll_forward_ties", |t| {
        add_vintage(t, [PROGRAM, 0, 0, 1], V::Redeemed, 400)
    });
}
