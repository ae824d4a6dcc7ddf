//! Sums, caps and bounds of the effects of status.

use super::*;
use crate::behavior::ceiling::Ceilings;
use crate::behavior::{Mechanics, Rank, TierGap};
use crate::scenario::{parse, starter_transactional};
use proptest::prelude::*;

fn dials(extra: &str) -> Dials {
    let text = format!("{}\n{extra}", starter_transactional());
    let parsed = parse(&text);
    let scenario = parsed
        .scenario
        .unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics));
    Dials::new(&scenario.behavior)
}

/// No fading, so that numbers can be compared with the parameters.
const STILL: &str = "[behavior.novelty]\nfloor = 1\n";

const MEMBER: Position = Position {
    launched: true,
    member: true,
    visibility: 0.5,
    ..Position::OUTSIDE
};

fn rank(rank: u8, share_at_or_above: f64) -> Rank {
    Rank {
        rank,
        share_at_or_above,
    }
}

fn gap(months: f64, to_deadline: f64) -> Option<TierGap> {
    Some(TierGap {
        months,
        to_deadline,
    })
}

fn at(tiers: TierPosition) -> Position {
    Position {
        tiers: Some(tiers),
        ..MEMBER
    }
}

fn tiers(tiers: usize) -> Mechanics {
    Mechanics {
        tiers,
        referral: false,
    }
}

const NO_TIER: TierPosition = TierPosition {
    held: Rank {
        rank: 0,
        share_at_or_above: 1.0,
    },
    next: None,
    keep: None,
    lost: None,
};

#[test]
fn one_gap_presses_at_a_time() {
    let dials = dials(STILL);
    let pressed = |next, keep| {
        let position = at(TierPosition {
            held: rank(1, 1.0),
            next,
            keep,
            lost: None,
        });
        let dial = dials.frequency(&position);
        let part = |effect| dial.parts()[effect as usize];
        (part(Effect::TierPressure), part(Effect::DemotionFear))
    };
    let (next, keep) = pressed(gap(1.5, 1.0), gap(0.75, 1.0));
    assert_eq!(next, 0.0);
    assert!((keep - 0.2 * 0.75).abs() < 1e-15);
    let (next, keep) = pressed(gap(0.3, 1.0), gap(0.75, 1.0));
    assert!((next - 0.2 * 0.9).abs() < 1e-15);
    assert_eq!(keep, 0.0);
    assert_eq!(pressed(None, None), (0.0, 0.0));
}

#[test]
fn demoted_below_never_promoted_below_promoted() {
    let dials = dials(STILL);
    let shares = [1.0, 0.3, 0.1, 0.02];
    let total = |held: u8, lost: Option<u8>| {
        let position = Position {
            visibility: 0.0,
            ..at(TierPosition {
                held: rank(held, shares[usize::from(held)]),
                lost: lost.map(|l| rank(l, shares[usize::from(l)])),
                ..NO_TIER
            })
        };
        (
            dials.frequency(&position).total,
            dials.attrition(&position).total,
        )
    };
    let never = total(0, None);
    for (held, lost) in [(0, 1), (1, 2), (2, 3), (0, 3)] {
        let (demoted, promoted) = (total(held, Some(lost)), total(lost, None));
        assert!(
            demoted.0 < never.0 && never.0 < promoted.0,
            "frequency, {lost} to {held}"
        );
        assert!(
            demoted.1 > never.1 && never.1 > promoted.1,
            "attrition, {lost} to {held}"
        );
    }
}

#[test]
fn who_holds_no_tier_looks_on() {
    let dials = dials(STILL);
    let drop = |position: &Position| dials.frequency(position).parts()[Effect::Bystander as usize];
    assert!((drop(&at(NO_TIER)) + 0.005).abs() < 1e-15);
    assert!((drop(&MEMBER) + 0.005).abs() < 1e-15);
    let outsider = Position {
        member: false,
        ..MEMBER
    };
    assert!((drop(&outsider) + 0.005).abs() < 1e-15);
    let before_launch = Position {
        launched: false,
        ..outsider
    };
    assert_eq!(drop(&before_launch), 0.0);
    let silver = at(TierPosition {
        held: rank(1, 0.2),
        ..NO_TIER
    });
    assert_eq!(drop(&silver), 0.0);
}

#[test]
fn gains_fade_and_losses_do_not() {
    let fading = dials("[behavior.novelty]\nfloor = 0.25\n");
    let position = Position {
        months_since_joining: 1e6,
        ..at(TierPosition {
            held: rank(1, 0.0),
            next: gap(0.0, 1.0),
            keep: None,
            lost: Some(rank(2, 0.0)),
        })
    };
    let dial = fading.frequency(&position);
    let part = |effect| dial.parts()[effect as usize];
    assert!((part(Effect::Status) - 0.25 * 0.02).abs() < 1e-15);
    assert!((part(Effect::TierPressure) - 0.25 * 0.2).abs() < 1e-15);
    assert!((part(Effect::Demotion) + 2.0 * 0.05).abs() < 1e-15);
}

#[test]
fn without_tiers_nothing_is_added() {
    let dials = dials("");
    assert_eq!(
        dials.frequency_bound_with(Mechanics::default()),
        dials.frequency_bound()
    );
    assert_eq!(
        dials
            .person_bound_with(true, true, 0.1, Mechanics::default())
            .total,
        dials
            .person_bound_with(true, true, 0.1, Mechanics::default())
            .total
    );
    assert_eq!(
        dials.can_reduce_with(Mechanics::default()),
        dials.can_reduce()
    );
    assert!(!dials.can_reduce() && dials.can_reduce_with(tiers(1)));
    assert!(dials.moves_attrition_with(tiers(1)));
    let member = Position {
        visibility: 0.0,
        ..MEMBER
    };
    let dial = dials.frequency(&member);
    assert!(
        Effect::ALL
            .iter()
            .filter(|e| e.needs_tiers())
            .all(|e| dial.parts()[*e as usize] == 0.0)
    );
}

#[test]
fn a_friend_is_tied_to_the_referrer_and_the_premium_fades() {
    let dials = dials("[behavior.referred]\nbasket_premium = 0.25\npremium_decay_years = 1\n");
    let friend = |referrer_stays, months| Position {
        launched: true,
        referral: Some(ReferralPosition {
            referrer_stays,
            months_since_referred: Some(months),
            months_since_recommended: f64::INFINITY,
        }),
        ..Position::OUTSIDE
    };
    assert!((dials.attrition(&friend(true, 5.0)).total - 0.82f64.ln()).abs() < 1e-15);
    assert_eq!(
        dials.attrition(&friend(false, 5.0)).total,
        0.0,
        "the tie is gone"
    );
    assert!((dials.basket(&friend(false, 0.0)) - 1.25f64.ln()).abs() < 1e-12);
    let faded = dials.basket(&friend(true, 12.0)) / 1.25f64.ln();
    assert!((faded - (-1.0f64).exp()).abs() < 1e-9, "{faded}");
    let referral = Mechanics {
        tiers: 0,
        referral: true,
    };
    assert!(dials.moves_basket_with(referral) && !dials.moves_basket());
    assert!(dials.moves_attrition_with(referral));
}

#[test]
fn recommending_binds_for_its_months() {
    let dials = dials("");
    let ambassador = |months| Position {
        launched: true,
        referral: Some(ReferralPosition {
            referrer_stays: false,
            months_since_referred: None,
            months_since_recommended: months,
        }),
        ..Position::OUTSIDE
    };
    assert!((dials.attrition(&ambassador(3.0)).total - 0.7f64.ln()).abs() < 1e-15);
    assert_eq!(dials.attrition(&ambassador(12.0)).total, 0.0);
    assert_eq!(dials.attrition(&ambassador(f64::INFINITY)).total, 0.0);
    assert_eq!(
        dials.basket(&ambassador(3.0)),
        0.0,
        "no premium of one's own"
    );
}

proptest! {
    /// No position pushes a dial above the bound its effects state.
    #[test]
    fn no_position_exceeds_the_bound(
        tiers in 1..6usize,
        held in 0..6u8,
        share in 0.0..1.0f64,
        next in prop::option::of((0.0..9.0f64, 0.0..9.0f64)),
        keep in prop::option::of((0.0..9.0f64, 0.0..9.0f64)),
        lost in prop::option::of(1..6u8),
        joined in 0.0..50.0f64,
        since in 0.0..50.0f64,
        presses in any::<bool>(),
    ) {
        let dials = dials("");
        let mechanics = Mechanics { tiers, referral: true };
        let highest = tiers as u8;
        let position = Position {
            months_since_joining: joined,
            since_redemption: since,
            expiry_presses: presses,
            ..at(TierPosition {
                held: rank(held.min(highest), share),
                next: next.map(|(months, to_deadline)| TierGap { months, to_deadline }),
                keep: keep.map(|(months, to_deadline)| TierGap { months, to_deadline }),
                lost: lost.map(|l| rank(l.min(highest), share)),
            })
        };
        let bound = dials.person_bound_with(presses, true, 0.0, mechanics).total;
        let total = dials.frequency(&position).total;
        prop_assert!(total <= bound + 1e-12);
        let most = libm::exp(bound) - 1.0;
        let ceiling = Ceilings::new(&dials, mechanics).of(presses, true, 0.0, most);
        let reach = dials.behavior().tier_pressure.deadline_months;
        let press = |gap: &Option<(f64, f64)>| gap.is_some_and(|(_, deadline)| deadline <= reach);
        let level = ceiling.at(joined, since, press(&next) || press(&keep));
        prop_assert!(libm::exp(total) - 1.0 <= level + 1e-12);
        prop_assert!(dials.keep_floor(mechanics, lost.is_some()) <= libm::exp(total));
        prop_assert!(bound <= dials.frequency_bound_with(mechanics));
        prop_assert!(dials.frequency(&position).total >= 0.0 || dials.can_reduce_with(mechanics));
    }
}
