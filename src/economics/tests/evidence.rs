//! Margin by effect, and the grades of evidence it rests on.

use super::control::failed;
use super::*;

#[test]
fn margin_by_effect_rests_on_its_evidence() {
    let r = results();
    let effect = |code| number(&program(&r).split_by_effect, code).clone();
    // Of the leavings avoided 3/4 are membership's, 1/4 the stated lift's.
    near(effect("membership").value.unwrap(), 375.00);
    near(
        effect("stated_lift").value.unwrap(),
        125.00 - 250.00 + 20.00,
    );
    near(effect("rewarded_behavior").value.unwrap(), 350.00);
    assert_eq!(effect("membership").base, "B");
    // The register: membership B, rewarded behavior C, a lift the user states D.
    near(headline(&r, "evidence_share_A"), 0.0);
    near(headline(&r, "evidence_share_B"), 375.0 / 830.0);
    near(headline(&r, "evidence_share_C"), 350.0 / 830.0);
    near(headline(&r, "evidence_share_D"), 105.0 / 830.0);
    let row = |path: &str| r.evidence.iter().find(|e| e.path == path).unwrap();
    assert_eq!(row("behavior.membership.hazard_ratio").value, 0.95);
}

#[test]
fn effects_that_cancel_are_not_blown_up() {
    let leavings = |effect: Effect| [PROGRAM, 0, 1, effect as usize];
    let split = |membership: i64, stated: i64| {
        let r = results_of(&fixture::scenario(), |scenario| {
            let mut tally = fixture::tally(scenario);
            for (effect, avoided) in [
                (Effect::Membership, membership),
                (Effect::StatedLift, stated),
            ] {
                tally.effects.slice_mut(&leavings(effect))[EffectFlow::LeavingAvoided as usize] =
                    avoided;
            }
            tally
        });
        assert_eq!(failed(&r), [] as [&str; 0]);
        let value = |code| number(&program(&r).split_by_effect, code).value.unwrap();
        let all: f64 = program(&r)
            .split_by_effect
            .iter()
            .filter_map(|n| n.number.value)
            .sum();
        near(all, 500.00 + 100.00 + 20.00);
        (value("membership"), value("stated_lift"))
    };
    // Without any leaving: −250.00 of dropped purchases and 20.00 of larger baskets.
    let stated = -230.00;
    // Only the one that kept customers has a part of what they bought, 500.00, by however little it outweighs the other.
    for against in [-1, -500_000, -999_999, -1_000_000, -1_000_001] {
        assert_eq!(split(1_000_000, against), (500.00, stated));
    }
    assert_eq!(split(-1, 1), (0.00, stated + 500.00));
    // Nobody kept them: unattributed.
    assert_eq!(split(0, -1), (0.00, stated));
}
