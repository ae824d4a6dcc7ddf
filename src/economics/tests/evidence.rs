//! Margin by effect, and the grades of evidence it rests on.

use super::control::failed;
use super::*;

#[test]
fn margin_by_effect_rests_on_its_evidence() {
    let r = results();
    let effect = |code| number(&program(&r).split_by_effect, code).clone();
    // Membership kept 30.00, the stated lift drove 10.00 away, dropped 10.00 and made baskets 0.80 dearer.
    near(effect("membership").value.unwrap(), 750.00);
    near(
        effect("stated_lift").value.unwrap(),
        -250.00 - 250.00 + 20.00,
    );
    near(effect("rewarded_behavior").value.unwrap(), 350.00);
    assert_eq!(effect("membership").base, "B");
    // The register: membership B, rewarded behavior C, a lift the user states D.
    near(headline(&r, "evidence_share_A"), 0.0);
    near(headline(&r, "evidence_share_B"), 750.0 / 1580.0);
    near(headline(&r, "evidence_share_C"), 350.0 / 1580.0);
    near(headline(&r, "evidence_share_D"), 480.0 / 1580.0);
    let row = |path: &str| r.evidence.iter().find(|e| e.path == path).unwrap();
    assert_eq!(row("behavior.membership.hazard_ratio").value, 0.95);
}

#[test]
fn what_no_effect_kept_is_said_to_be_nobodys_work() {
    let split = |membership: i64, stated: i64| {
        let r = results_of(&fixture::scenario(), |scenario| {
            let mut tally = fixture::tally(scenario);
            for (effect, kept) in [
                (Effect::Membership, membership),
                (Effect::StatedLift, stated),
            ] {
                let cell = [PROGRAM, 0, 1, effect as usize];
                tally.effects.slice_mut(&cell)[EffectFlow::KeptSales as usize] = kept;
            }
            tally
        });
        assert_eq!(failed(&r), [] as [&str; 0]);
        let by_effect = program(&r).split_by_effect.clone();
        // A row of nothing is not shown.
        let value = |code| {
            let row = by_effect.iter().find(|n| n.code == code);
            row.and_then(|n| n.number.value).unwrap_or(0.0)
        };
        let all: f64 = by_effect.iter().filter_map(|n| n.number.value).sum();
        near(all, 500.00 + 100.00 + 20.00);
        ["membership", "stated_lift", "unattributed"].map(value)
    };
    // Without any leaving: −250.00 of dropped purchases and 20.00 of larger baskets. 20.00 were bought by those kept.
    let stated = -230.00;
    assert_eq!(split(2000, 0), [500.00, stated, 0.00]);
    assert_eq!(split(0, 0), [0.00, stated, 500.00]);
    // Two that nearly cancel have what each was counted to have.
    assert_eq!(split(2001, -1), [500.25, stated - 0.25, 0.00]);
    assert_eq!(
        split(100_000, -98_000),
        [25_000.00, stated - 24_500.00, 0.00]
    );
}
